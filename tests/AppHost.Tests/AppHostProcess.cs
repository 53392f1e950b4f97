using System.Diagnostics;
using System.Reflection;
using System.Text;
using Tests.Shared;

namespace AppHost.Tests;

/// <summary>The app host's program, run as a user would run it, in a folder of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _errors;
    private readonly bool _ownFolder;

    private AppHostProcess(string[] args, string? folder, string? path, string? playbooks)
    {
        _ownFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("apphost-").FullName;
        var start = Interruptible.Program(Program, args);
        start.WorkingDirectory = Folder;
        if (path is not null)
            start.Environment["PATH"] = path;
        if (playbooks is not null)
            start.Environment["Playbooks__Path"] = playbooks;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public string Folder { get; }

    public int Id => _process.Id;

    public string Output => _output.ToString();

    private static string Program { get; } = Repository.Built("AppHost", "AppHost");

    public static AppHostProcess Start(string[] args, string? folder = null, string? path = null, string? playbooks = null) => new(args, folder, path, playbooks);

    public static async Task<(int Code, string Output, string Errors)> RunAsync(string[] args, string? folder = null, string? path = null)
    {
        await using var host = Start(args, folder, path);
        var (code, errors) = await host.EndAsync();
        return (code, host.Output, code == 0 ? errors : errors + host.Logs());
    }

    public static CancellationToken Soon() => new CancellationTokenSource(Patience).Token;

    /// <summary>Reads what it says, up to a line that begins so.</summary>
    public Task<string> SaysAsync(string beginning) => SaysAsync(line => line.StartsWith(beginning, StringComparison.Ordinal), beginning);

    /// <summary>Reads what it says, up to a line.</summary>
    public async Task<string> SaysAsync(Func<string, bool> wanted, string what)
    {
        while (await _process.StandardOutput.ReadLineAsync(Soon()) is { } line)
        {
            _output.AppendLine(line);
            if (wanted(line))
                return line;
        }

        throw new InvalidOperationException($"It ended before it said '{what}':\n{_output}\n{await _errors}");
    }

    public async Task<(int Code, string Errors)> EndAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(Soon()) is { } line)
            _output.AppendLine(line);
        await _process.WaitForExitAsync(Soon());
        return (_process.ExitCode, await _errors);
    }

    public async Task SignalAsync(string signal, int? pid = null)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{pid ?? Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The processes that the app host has started, by name.</summary>
    public Dictionary<int, string> Children()
    {
        Dictionary<int, string> children = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Stat(pid) is { } stat && int.Parse(stat.Fields[1]) == Id)
                children[pid] = stat.Name;
        }

        return children;
    }

    /// <summary>Waits until a process has ended; one that was not collected yet has.</summary>
    public static async Task ShouldEndAsync(int pid)
    {
        var until = Soon();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Stat(pid) is { } stat && stat.Fields[0] is not ("Z" or "X") && await tick.WaitForNextTickAsync())
            until.IsCancellationRequested.ShouldBeFalse($"process {pid} ({stat.Name}) still runs");
    }

    // What failed may be seen in a log only, and its folder goes.
    private string Logs() =>
        string.Concat(Directory.EnumerateFiles(Folder, "*.log", SearchOption.AllDirectories).Select(file => $"\n== {Path.GetFileName(file)}\n{string.Join('\n', File.ReadLines(file).TakeLast(40))}"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            await EndAsync();
        }

        _process.Dispose();
        if (_ownFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private static (string Name, string[] Fields)? Stat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var end = stat.LastIndexOf(')');
            return (stat[(stat.IndexOf('(') + 1)..end], stat[(end + 2)..].Split(' '));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
