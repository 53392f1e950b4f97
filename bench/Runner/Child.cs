using System.Diagnostics;
using System.Globalization;

namespace Bench.Runner;

/// <summary>A process of the bench: its output goes to a file, unless it is one that answers.</summary>
internal sealed class Child : IAsyncDisposable
{
    // Linux counts processor time in hundredths of a second, whatever the kernel's own tick is.
    private const double TicksPerSecond = 100;
    private readonly Process _process;

    private Child(string name, Process process) => (Name, _process, Pids) = (name, process, [process.Id]);

    public string Name { get; }

    /// <summary>The process, and those that it started and that count as it.</summary>
    public List<int> Pids { get; }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="answers">Whether its output is read here, line by line.</param>
    public static Child Start(string name, string program, IEnumerable<string> arguments, string folder, bool answers = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        Directory.CreateDirectory(folder);
        var log = Path.Combine(folder, $"{name}.log");

        // The shell gives way to the program; only the redirection stays.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, RedirectStandardInput = answers, RedirectStandardOutput = answers };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(answers ? $"exec \"$0\" \"$@\" 2>> '{log}'" : $"exec \"$0\" \"$@\" > '{log}' 2>&1 < /dev/null");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        return new Child(name, Process.Start(start)!);
    }

    /// <summary>Sends a line, and waits for the answer.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await AnswerAsync();
    }

    /// <summary>The next line that it writes.</summary>
    public async Task<string> AnswerAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{Name} ended; its log says why.");

    /// <summary>Processor time used so far, user and system.</summary>
    public double CpuSeconds() => Pids.Sum(Cpu);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("/bin/kill", ["-TERM", Pid.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static double Cpu(int pid)
    {
        // The name, in brackets, may hold anything; what follows the last bracket counts from field 3.
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11]) + double.Parse(fields[12])) / TicksPerSecond;
    }
}
