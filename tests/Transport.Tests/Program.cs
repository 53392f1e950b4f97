using Agents.Hosting;

namespace Transport.Tests;

/// <summary>The entry point: this assembly is also an agent.</summary>
internal static class Program
{
    private const string Command = "agent";

    public static int Main(string[] args)
    {
        if (args is not [Command, .. var settings])
            return 1;
        AgentHost.Create(settings).AddAgent<Echo>().Run();
        return Environment.ExitCode;
    }

    public static IReadOnlyList<string> Arguments => ["exec", typeof(Program).Assembly.Location, Command];
}

[Agent("echo", MaxParallel = 4)]
internal sealed class Echo
{
    [Task("say")]
    public static Said Say(Said input) => input;

    [Task("hold")]
    public static async Task<Said> HoldAsync(Said input, CancellationToken cancellationToken)
    {
        // Until the test has seen what it wants to see.
        while (!File.Exists(input.Text))
            await Task.Delay(50, cancellationToken);
        return input;
    }
}

internal sealed record Said(string Text);
