using System.Diagnostics;
using System.Text;

namespace Deploy.Tests.Processes;

/// <summary>A process with nothing of this one's environment but where programs are, and nowhere to write but where it is told.</summary>
internal sealed class Pod : IAsyncDisposable
{
    private readonly StringBuilder _said = new();
    private readonly string _folder;
    private Process? _process;

    private Pod(string name, string folder) => (Name, _folder) = (name, Directory.CreateDirectory(Path.Combine(folder, "root", name)).FullName);

    public string Name { get; }

    public int HttpPort { get; init; }

    public int GrpcPort { get; init; }

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>What it wrote where the image's files would be, which are read-only.</summary>
    public string[] Written => Directory.GetFileSystemEntries(_folder);

    public bool Runs => _process is { HasExited: false };

    public static Pod Start(string name, string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, int http = 0, int grpc = 0)
    {
        var pod = new Pod(name, folder) { HttpPort = http, GrpcPort = grpc };
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = pod._folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var variable in (string[])["PATH", "DOTNET_ROOT"])
        {
            if (Environment.GetEnvironmentVariable(variable) is { } value)
                start.Environment[variable] = value;
        }

        start.Environment["HOME"] = pod._folder;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp", name)).FullName;
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        pod._process = Process.Start(start)!;
        pod._process.OutputDataReceived += (_, line) => pod.Note(line.Data);
        pod._process.ErrorDataReceived += (_, line) => pod.Note(line.Data);
        pod._process.BeginOutputReadLine();
        pod._process.BeginErrorReadLine();
        return pod;
    }

    /// <summary>SIGTERM, and the time that a cluster would give it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan grace)
    {
        using var kill = Process.Start("kill", ["-s", "TERM", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(grace);
        return _process.ExitCode;
    }

    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }

    private void Note(string? line)
    {
        lock (_said)
            _said.AppendLine(line);
    }
}
