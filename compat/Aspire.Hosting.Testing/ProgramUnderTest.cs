using System.Reflection;
using Aspire.Hosting.Local;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>An app host's program, run inside the test's process on a thread of its own.</summary>
internal sealed class ProgramUnderTest(Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private EntryPoint? _entryPoint;
    private Task _program = Task.CompletedTask;

    public async Task<DistributedApplicationBuilder> DescribeAsync(CancellationToken cancellationToken)
    {
        var main = assembly.EntryPoint ?? throw new InvalidOperationException($"Assembly {assembly.GetName().Name} has no entry point.");
        var entryPoint = new EntryPoint(assembly) { Configure = Configure, Created = DistributedApplicationTestingBuilder.Prepare };
        _entryPoint = entryPoint;
        _program = Task.Factory.StartNew(() => RunAsync(main, entryPoint), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        return await entryPoint.Described.WaitAsync(s_patience, TimeProvider.System, cancellationToken);
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken) => _entryPoint!.BuildAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _entryPoint?.Abandon(new OperationCanceledException("The test has ended."));
        await Task.WhenAny(_program, Task.Delay(s_patience, TimeProvider.System));
    }

    // A test has no use for a dashboard, unless it says so.
    private void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        configure(options, settings);
    }

    private async Task RunAsync(MethodInfo main, EntryPoint entryPoint)
    {
        EntryPoint.Current = entryPoint;
        try
        {
            var result = main.Invoke(obj: null, main.GetParameters().Length == 0 ? null : [args]);
            if (result is Task task)
                await task;
            var code = result is Task<int> numbered ? await numbered : result as int? ?? 0;
            entryPoint.Abandon(new InvalidOperationException($"The program of {assembly.GetName().Name} ended with code {code} before it built or started its application."));
        }
        catch (Exception error)
        {
            entryPoint.Abandon(error is TargetInvocationException { InnerException: { } inner } ? inner : error);
        }
    }
}
