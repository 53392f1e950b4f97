using System.Diagnostics;
using System.Text;

namespace Agents.Testing.Tests;

/// <summary>A new user's folder: projects outside the repository, built against it and run at an orchestrator.</summary>
internal sealed class NewProject : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private Process? _agent;

    public string Folder { get; } = Directory.CreateTempSubdirectory("new-agent-").FullName;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Builds it. What it references is built already, as these tests reference it too.</summary>
    public Task BuildAsync(string name) => RunAsync(
        Folder, "dotnet", "build", Path.Combine(name, $"{name}.csproj"), "--no-dependencies", "-c", Repository.Configuration, "-warnaserror", "-nodeReuse:false", "--nologo");

    /// <summary>Starts it at an orchestrator.</summary>
    public void Start(string name, string orchestrator)
    {
        var program = Path.Combine(Folder, name, "bin", Repository.Configuration, "net10.0", $"{name}.dll");
        _agent = new Process { StartInfo = Info(Folder, "dotnet", [program, $"--services:orchestrator:grpc:0={orchestrator}"]) };
        _agent.OutputDataReceived += Keep;
        _agent.ErrorDataReceived += Keep;
        _agent.Start();
        _agent.BeginOutputReadLine();
        _agent.BeginErrorReadLine();
    }

    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(Info(folder, program, arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await process.WaitForExitAsync(late.Token);
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{await output}{await errors}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            if (!_agent.HasExited)
                _agent.Kill();
            await _agent.WaitForExitAsync();
            _agent.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static ProcessStartInfo Info(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
