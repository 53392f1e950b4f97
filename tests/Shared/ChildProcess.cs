using System.Diagnostics;
using System.Globalization;

namespace Tests.Shared;

/// <summary>A process of the system under test: started, killed, stopped, continued and started again, with its output in a file.</summary>
internal sealed class ChildProcess(
    string name, string folder, string program, Func<IReadOnlyList<string>> arguments, IReadOnlyDictionary<string, string>? environment = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _output = new(Path.Combine(folder, name + ".log"), append: true) { AutoFlush = true };
    private Process? _process;

    public string Name => name;

    /// <summary>The process id; 0 while there is none.</summary>
    public int Id => _process is { HasExited: false } process ? process.Id : 0;

    public void Start()
    {
        var start = new ProcessStartInfo(program, arguments())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    public Task PauseAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>Asks it to stop.</summary>
    /// <returns>False when it had to be killed.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        if (_process is not { HasExited: false } process)
        {
            return true;
        }

        await SignalAsync("CONT");
        await SignalAsync("TERM");
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        lock (_gate)
        {
            _output.Dispose();
        }
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                if (_output.BaseStream is { CanWrite: true })
                {
                    _output.WriteLine(line);
                }
            }
        }
    }

    private async Task SignalAsync(string signal)
    {
        if (Id is not 0 and var id)
        {
            using var kill = Process.Start("kill", [$"-{signal}", id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }
}
