using Agents.Hosting;
using Agents.Models;

namespace Transport.Tests;

/// <summary>The entry point: this assembly is also an agent.</summary>
internal static class Program
{
    private const string Command = "agent";

    public static int Main(string[] args)
    {
        if (args is not [Command, .. var settings])
            return 1;
        AgentHost.Create(settings).AddModels().AddAgent<Echo>().Run();
        return Environment.ExitCode;
    }

    public static IReadOnlyList<string> Arguments => ["exec", typeof(Program).Assembly.Location, Command];
}

[Agent("echo", MaxParallel = 4, Tools = ["echo.look"])]
internal sealed class Echo(AgentModels models)
{
    [Task("say")]
    public static Said Say(Said input) => input;

    [Task("ask")]
    public async Task<Said> AskAsync(Said input, TaskContext context, CancellationToken cancellationToken) =>
        new(await models.For("echo", context)!.WriteAsync("text", "Write a line.", input.Text, cancellationToken));

    [Task("look")]
    public static async Task<Said> LookAsync(Said input, TaskContext context, CancellationToken cancellationToken) =>
        await context.CallToolAsync("echo.look", new { input.Text }, _ => Task.FromResult(input), cancellationToken);

    [Task("hold")]
    public static async Task<Said> HoldAsync(Said input, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(input.Text + ".begun", "", cancellationToken);
        // Until the test has seen what it wants to see.
        while (!File.Exists(input.Text))
            await Task.Delay(50, cancellationToken);
        return input;
    }
}

internal sealed record Said(string Text);
