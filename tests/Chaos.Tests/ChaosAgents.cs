using System.Text.Json;
using Agents.Hosting;

namespace Chaos.Tests;

/// <summary>The agents of the chaos test: small sums, each execution noted in a file before it begins.</summary>
internal static class ChaosAgents
{
    public const string Command = "agent";
    public static readonly string[] Roles = ["worker", "adder", "critic"];

    /// <summary>Runs as an agent: <c>agent ROLE EXECUTIONS-FILE SETTINGS…</c></summary>
    public static void Run(string role, string file, string[] settings)
    {
        using var log = new ExecutionLog(file);
        AgentHost.Create(settings).AddAgent(role, agent => Define(agent.Limit(maxParallel: 8, timeLimit: 300), role, log)).Run();
    }

    private static void Define(AgentBuilder agent, string role, ExecutionLog log)
    {
        switch (role)
        {
            case "worker":
                agent.OnTask<NumberInput, NumberOutput>("number", async (input, context, ct) =>
                {
                    log.Write(context);
                    await context.ReportProgressAsync(0.5, "thinking");
                    await Task.Delay(input.DelayMs, ct);
                    return new NumberOutput(input.Value + input.Plus);
                });
                agent.OnTask<ListInput, ListOutput>("list", (input, context, _) =>
                {
                    log.Write(context);
                    return Task.FromResult(new ListOutput([.. Enumerable.Range(1, input.Count)]));
                });
                agent.OnTask<NumberInput, NumberOutput>("square", async (input, context, ct) =>
                {
                    log.Write(context);
                    await Task.Delay(input.DelayMs, ct);
                    return new NumberOutput(input.Value * input.Value);
                });
                agent.OnTask<NumberInput, DraftOutput>("draft", async (input, context, ct) =>
                {
                    log.Write(context);
                    await Task.Delay(input.DelayMs, ct);
                    return new DraftOutput(input.Value, context.Revision?.Round ?? 0);
                });
                agent.OnTask<FlakyInput, NumberOutput>("flaky", (input, context, _) =>
                {
                    log.Write(context);
                    return context.Attempt > input.Failures
                        ? Task.FromResult(new NumberOutput(input.Value))
                        : throw new TaskFailedException("NOT_YET", $"attempt {context.Attempt} of {input.Failures + 1}", retryable: true);
                });
                agent.OnTask<NumberInput, NumberOutput>("refuse", (input, context, _) =>
                {
                    log.Write(context);
                    throw new TaskFailedException("NEVER", $"{input.Value} is not to be had.");
                });
                break;
            case "adder":
                agent.OnTask<SumInput, NumberOutput>("sum", async (input, context, ct) =>
                {
                    log.Write(context);
                    await Task.Delay(input.DelayMs, ct);
                    return new NumberOutput(input.Values.Sum());
                });
                agent.OnTask<TotalInput, NumberOutput>("total", (input, context, _) =>
                {
                    log.Write(context);
                    return Task.FromResult(new NumberOutput(input.Outputs.Sum(o => o.Value)));
                });
                break;
            default:
                agent.OnTask<CriticInput, CriticOutput>("review", (input, context, _) =>
                {
                    log.Write(context);
                    var good = input.Output.Revision > 0;
                    return Task.FromResult(new CriticOutput(good ? 90 : 50, good ? "approved" : "revise", "By the revision.", [], []));
                });
                break;
        }
    }

    internal sealed record NumberInput(int Value, int Plus = 0, int DelayMs = 0);

    internal sealed record NumberOutput(int Value);

    internal sealed record ListInput(int Count);

    internal sealed record ListOutput(IReadOnlyList<int> Items);

    internal sealed record DraftOutput(int Value, int Revision);

    internal sealed record FlakyInput(int Value, int Failures);

    internal sealed record SumInput(IReadOnlyList<int> Values, int DelayMs = 0);

    internal sealed record TotalInput(IReadOnlyList<NumberOutput> Outputs);

    internal sealed record CriticInput(DraftOutput Output, JsonElement? Task = null, IReadOnlyList<string>? Rubric = null, int? Threshold = null);

    internal sealed record CriticOutput(int Score, string Verdict, string Summary, IReadOnlyList<string> Findings, IReadOnlyList<string> Criteria);
}
