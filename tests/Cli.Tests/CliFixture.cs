namespace Cli.Tests;

/// <summary>A scripted server, a folder of its own, and the command line on both.</summary>
internal sealed class CliFixture : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cli-").FullName;

    private CliFixture(Script script, ScriptedServer server)
    {
        Script = script;
        Server = server;
    }

    public Script Script { get; }

    public ScriptedServer Server { get; }

    public string Workspace => _root;

    public string Out => Path.Combine(_root, "reports", "one");

    public static async Task<CliFixture> CreateAsync(Script script) => new(script, await ScriptedServer.StartAsync(script));

    /// <summary>A fixture whose script is released to its end.</summary>
    public static Task<CliFixture> PlayAsync(Script script)
    {
        script.Release();
        return CreateAsync(script);
    }

    public Task<Ran> RunAsync(params string[] args) => Ran.StartAsync(args, Server.Address, CancellationToken.None);

    public string File(string name) => System.IO.File.ReadAllText(Path.Combine(Out, name));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}

/// <summary>How a command ended and what it said.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<Ran> StartAsync(string[] args, Uri? server, CancellationToken cancellationToken, TextWriter? error = null, TextWriter? output = null)
    {
        await using var lines = new StringWriter();
        await using var errors = new StringWriter();
        var code = await CommandLine.InvokeAsync(args, server, output ?? lines, error ?? errors, cancellationToken).WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);
        return new Ran(code, (output ?? lines).ToString()!, (error ?? errors).ToString()!);
    }
}
