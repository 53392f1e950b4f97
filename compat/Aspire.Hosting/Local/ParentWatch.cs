using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>Stops the application when the <c>dotnet run</c> that started it was killed. Any other parent may go.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<LocalHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || EntryPoint.Current is not null)
            return;
        var parent = ParentId();
        if (!File.Exists($"/proc/{parent}/comm") || !(await File.ReadAllTextAsync($"/proc/{parent}/comm", stoppingToken)).StartsWith("dotnet", StringComparison.Ordinal))
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (ParentId() == parent)
                continue;
            LocalLog.ParentGone(logger);
            lifetime.StopApplication();
            return;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ParentId();
}
