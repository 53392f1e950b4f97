using Agents.Hosting;
using Agents.Models;
using Microsoft.Extensions.Logging;

namespace Telemetry.Tests;

/// <summary>The entry point: this assembly is also the agents.</summary>
internal static class TracedAgents
{
    private const string Command = "agent";

    public static int Main(string[] args)
    {
        if (args is not [Command, var role, .. var settings])
            return 1;
        var host = AgentHost.Create(settings);
        host.AddModels();
        (role == "worker" ? host.AddAgent<Worker>() : host.AddAgent<Critic>()).Run();
        return 0;
    }

    public static IReadOnlyList<string> Arguments(string role) => ["exec", typeof(TracedAgents).Assembly.Location, Command, role];
}

[Agent("worker", Tools = ["fs.list"], MaxParallel = 40)]
internal sealed partial class Worker(AgentModels models, ILogger<Worker> logger)
{
    [Task("draft")]
    public async Task<Draft> DraftAsync(DraftInput input, TaskContext context, CancellationToken cancellationToken)
    {
        Drafting(logger, input.Topic);
        await context.CallToolAsync("fs.list", new { Path = "." }, _ => Task.FromResult(true), cancellationToken);
        var text = models.For("worker", context) is { } model
            ? await model.WriteAsync("text", "Write a line.", input.Topic, cancellationToken)
            : input.Topic;
        return new Draft(text, context.Revision?.Round ?? 0);
    }

    [Task("hold")]
    public async Task<Draft> HoldAsync(DraftInput input, TaskContext context, CancellationToken cancellationToken)
    {
        // Until the test has seen what it wants to see.
        while (!File.Exists(input.Topic))
            await Task.Delay(50, cancellationToken);
        return new Draft(context.TaskId, 0);
    }

    [Task("break")]
    public static Task<Draft> BreakAsync(DraftInput input) => throw new TaskFailedException("BROKEN_HERE", input.Topic);

    [LoggerMessage(1, LogLevel.Information, "Drafting {Topic}")]
    private static partial void Drafting(ILogger logger, string topic);
}

[Agent("critic")]
internal sealed class Critic
{
    [Task("review")]
    public static CriticOutput Review(CriticInput input) =>
        input.Output.Round > 0 ? new CriticOutput(90, "approved", "Better.", [], []) : new CriticOutput(50, "revise", "Once more.", [], []);
}

internal sealed record DraftInput(string Topic);

internal sealed record Draft(string Text, int Round);

internal sealed record CriticInput(Draft Output, System.Text.Json.JsonElement? Task = null, IReadOnlyList<string>? Rubric = null, int? Threshold = null);

internal sealed record CriticOutput(int Score, string Verdict, string Summary, IReadOnlyList<string> Findings, IReadOnlyList<string> Criteria);
