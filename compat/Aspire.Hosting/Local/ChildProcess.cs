using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Aspire.Hosting.Local;

/// <summary>What to start.</summary>
internal sealed record Launch(string File, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Those of the variables that are not this process's own.</summary>
    public IReadOnlyDictionary<string, string> Own { get; init; } = new Dictionary<string, string>();
}


/// <summary>A program that runs, with all that it starts itself.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int LongestLine = 32 * 1024;
    private readonly Process _process;
    private readonly Task _output;

    private ChildProcess(Process process, Action<string, bool> onLine)
    {
        _process = process;
        Id = process.Id;
        _output = Task.WhenAll(
            Task.Run(() => PumpAsync(process.StandardOutput, line => onLine(line, false))),
            Task.Run(() => PumpAsync(process.StandardError, line => onLine(line, true))));
        Exited = WaitAsync();
    }

    public int Id { get; }

    /// <summary>Ends with the exit code (128 + signal when killed), after the last line of output.</summary>
    public Task<int> Exited { get; }

    public static ChildProcess Start(Launch launch, Action<string, bool> onLine)
    {
        var start = new ProcessStartInfo
        {
            FileName = Supervision.IsAvailable ? "/bin/sh" : launch.File,
            WorkingDirectory = launch.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in Supervision.IsAvailable ? Supervision.Arguments(launch) : launch.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!, onLine);
    }

    /// <summary>Asks the program to end.</summary>
    public void Terminate()
    {
        if (Supervision.IsAvailable)
            _ = Signal(Id, SigTerm);
        else
            Kill();
    }

    /// <summary>Ends the program and what it started, at once.</summary>
    public void Kill()
    {
        if (Supervision.IsAvailable)
        {
            // The group exists from the moment the launching shell has become the program; before, there is one process.
            if (Signal(-Id, SigKill) != 0 && !_process.HasExited)
                _ = Signal(Id, SigKill);
        }
        else if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _process.Dispose();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);

    private static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            foreach (var c in buffer.AsMemory(0, read).ToArray())
            {
                if (c != '\n' && line.Length < LongestLine)
                {
                    line.Append(c);
                    continue;
                }

                Flush();
                if (c != '\n')
                    line.Append(c);
            }
        }

        if (line.Length > 0)
            Flush();
        void Flush()
        {
            onLine(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }

    private async Task EndWatchAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(Supervision.Done);
            await _process.StandardInput.DisposeAsync();
        }
        catch (IOException)
        {
            // Somebody killed the watch.
        }
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        if (Supervision.IsAvailable)
        {
            // What the program started and left behind goes with it.
            _ = Signal(-Id, SigKill);
            await EndWatchAsync();
        }

        // Something that left the group on purpose may still hold the pipes of the output: it is not waited for.
        await Task.WhenAny(_output, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        return _process.ExitCode;
    }
}
