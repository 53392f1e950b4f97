using System.Net;
using System.Net.Sockets;
using Agents.Tools.Processes;
using Tests.Shared;

namespace Agents.Tools.Tests;

/// <summary>What a command gets: its own namespaces, limits, nothing of ours. Needs Linux.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly ToolFixture _tools = new(("AllowedCommands:0", "sh"), ("AllowedCommands:1", "bash"), ("MaxMemoryBytes", "200000000"), ("MaxFileBytes", "100000"), ("MaxCpuSeconds", "1"));

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task Network_NotGranted_ReachesNotEvenLoopback()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var refused = await Should.ThrowAsync<ToolException>(_tools.CallPlainAsync("shell.run", Command(port, asked: false)));
        var granted = await _tools.CallAsync("shell.run", Command(port, asked: true), CancellationToken.None, "network");

        if (HostNamespaces.CanBeMade)
            refused.Output!["stderr"]!.GetValue<string>().ShouldContain("/dev/tcp/127.0.0.1");
        else
            refused.Code.ShouldBe(ToolException.Denied);
        granted["exit_code"]!.GetValue<int>().ShouldBe(0);
        listener.Pending().ShouldBeTrue();
    }

    [Fact]
    public async Task Network_AskedForAndNotGranted_IsDenied() =>
        (await Should.ThrowAsync<ToolException>(_tools.CallPlainAsync("shell.run", """{"command": "sh", "args": ["-c", "true"], "network": true}"""))).Code.ShouldBe(ToolException.Denied);

    [Fact]
    public void Network_NoNamespaceCanBeMade_IsRefusedUnlessGranted()
    {
        var sandbox = new Sandbox(name => name == "unshare" ? "/bin/false" : CleanEnvironment.Find(name));

        var refusal = Should.Throw<ToolException>(() => sandbox.Before(null, ProcessNetwork.None));

        refusal.Code.ShouldBe(ToolException.Denied);
        refusal.Message.ShouldContain("no network namespace can be made");
        sandbox.Before(null, ProcessNetwork.NoneIfPossible).ShouldBeEmpty();
        sandbox.Before(null, ProcessNetwork.Shared).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("head -c 200000 /dev/zero > big && echo written", "exit code")]
    [InlineData("x=$(head -c 400000000 /dev/zero | tr '\\\\0' x); echo ${#x}", "exit code")]
    [InlineData("while :; do :; done", "exit code")]
    public async Task Limit_Passed_EndsTheCommand(string script, string message)
    {
        var exception = await _tools.FailAsync("shell.run", $$"""{"command": "bash", "args": ["-c", "{{script}}"], "time_limit": 60}""");

        exception.Message.ShouldContain(message);
        ((ToolException)exception).Output!["stdout"]!.GetValue<string>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Children_ThatHideFromUs_EndWithTheCommand()
    {
        // Without a namespace only policy is left, which the other tests are about.
        if (!HostNamespaces.CanBeMade)
            return;
        var pids = Path.Combine(_tools.Outside, "fifo");
        await _tools.CallAsync("shell.run", $$"""{"command": "sh", "args": ["-c", "mkfifo {{pids}}; env -i setsid sh -c 'sleep 987654 & sleep 987654' & exit 0"]}""");

        // Their environment is empty and their session their own: only the namespace they were born in holds them.
        Running("sleep\0987654\0").ShouldBeEmpty();
    }

    private static string[] Running(string commandLine) => [.. Directory.EnumerateDirectories("/proc").Where(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText(Path.Combine(folder, "cmdline")) == commandLine;
        }
        catch (IOException)
        {
            return false; // gone
        }
    })];

    private static string Command(int port, bool asked) => $$"""{"command": "bash", "args": ["-c", "exec 3<>/dev/tcp/127.0.0.1/{{port}}"], "network": {{(asked ? "true" : "false")}}}""";
}
