using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Developer and reviewer disagree about hashing: both are heard, security decides, and the ruling is carried out.</summary>
public class DisputeTests
{
    public sealed record WriteIn(string Goal);

    public sealed record Scored(int Score, IReadOnlyList<Finding> Findings);

    public sealed record Finding(string Id, string Severity, string Title, string Message, string Criterion, string Remedy);

    public sealed record TurnIn(
        string Question, string Participant, string Stance, int Round, int Rounds, string Decide, IReadOnlyList<string> Options, IReadOnlyList<Criterion> Criteria, IReadOnlyList<Said> Said);

    public sealed record Criterion(string Name, double Weight);

    public sealed record Said(int Round, string Participant, [property: System.Text.Json.Serialization.JsonPropertyName("said")] TurnOut Words);

    public sealed record TurnOut(string Position, string Criterion, IReadOnlyList<string> Arguments);

    public sealed record ImplementIn(string Decision, IReadOnlyList<string> Reasons);

    public sealed record Code(string Text);

    public sealed record ReviewIn(Code Output, ReviewedTask Task, IReadOnlyList<string> Rubric, int Threshold);

    public sealed record ReviewedTask(string Description, IReadOnlyList<string> Requirements);

    public sealed record Verdict(int Score, string Summary);

    [Fact]
    public async Task Hashing_DeveloperContestsTheReviewersFinding_SecurityWinsAndIsImplementedAndApproved()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("developer", agent => agent.OnTask<WriteIn, Code>("implement", (_, context, _) =>
        {
            if (context.Revision is not { } revision)
            {
                return System.Threading.Tasks.Task.FromResult(new Code("synchronous hashing"));
            }

            if (revision.Rulings.Count > 0)
            {
                return System.Threading.Tasks.Task.FromResult(new Code(revision.Rulings[0].Decision));
            }

            context.Contest("timing", "synchronous hashing", "performance", "Synchronous hashing is faster.");
            return System.Threading.Tasks.Task.FromResult(new Code("synchronous hashing"));
        }));
        await system.AddAgentAsync("reviewer", agent => agent.OnTask<ReviewIn, Scored>("review", (input, _, _) => System.Threading.Tasks.Task.FromResult(
            input.Output.Text.StartsWith("bcrypt, asynchronous", StringComparison.Ordinal) && input.Rubric.Any(line => line.Contains("What is ruled must be done: bcrypt", StringComparison.Ordinal))
                ? new Scored(98, [])
                : new Scored(60, [new Finding("timing", "HIGH", "Timing attack", "Synchronous hashing is vulnerable to timing attacks.", "security", "bcrypt, asynchronous")]))));
        var implement = Task("implement").With(task =>
        {
            (task.Role, task.TaskType, task.Review) = ("developer", "implement", new ReviewGate());
            task.Input = Output(("goal", Value.ForString("Hash passwords.")));
        });

        var runId = await system.SubmitAsync(Of(implement));
        var events = await system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(string.Join("\n", events.Where(e => e.AttemptFailed is not null || e.RunFailed is not null)));
        var opened = events.Single(e => e.DisputeOpened is not null).DisputeOpened;
        (opened.Contest.Position, opened.Contest.Arguments.Single()).ShouldBe(("synchronous hashing", "Synchronous hashing is faster."));
        opened.Finding.Fields["message"].StringValue.ShouldBe("Synchronous hashing is vulnerable to timing attacks.");
        var ruling = events.Single(e => e.DisputeRuled is not null).DisputeRuled.Ruling;
        (ruling.Outcome, ruling.Decision, ruling.Rule).ShouldBe(("stands", "bcrypt, asynchronous", "precedence"));
        ruling.Reasons.ShouldBe(["reviewer argues with security, author with performance: security comes first."]);
        events.Where(e => e.ReviewScored is not null).Select(e => (e.ReviewScored.Score, e.ReviewScored.Verdict)).ShouldBe([(60, "revise"), (98, "approved")]);
        (await system.RunAsync(runId)).Tasks[0].Rulings.ShouldHaveSingleItem().Decision.ShouldBe("bcrypt, asynchronous");
    }

    [Fact]
    public async Task Hashing_DeveloperAndReviewerDisagree_SecurityWinsAndIsImplementedAndApproved()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("developer", agent => agent.Limit(maxParallel: 4)
            .OnTask<TurnIn, TurnOut>("discuss", (_, _, _) => System.Threading.Tasks.Task.FromResult(
                new TurnOut("synchronous hashing", "performance", ["Synchronous hashing is faster."])))
            .OnTask<ImplementIn, Code>("implement", (input, _, _) => System.Threading.Tasks.Task.FromResult(new Code($"# {input.Decision}: {input.Reasons[0]}"))));
        await system.AddAgentAsync("reviewer", agent => agent.Limit(maxParallel: 4)
            .OnTask<TurnIn, TurnOut>("discuss", (input, _, _) => System.Threading.Tasks.Task.FromResult(
                new TurnOut("bcrypt, asynchronous", "security", [$"Synchronous hashing is open to timing attacks; {input.Said.Count} heard."])))
            .OnTask<ReviewIn, Verdict>("review", (input, _, _) => System.Threading.Tasks.Task.FromResult(
                input.Output.Text.Contains("bcrypt, asynchronous", StringComparison.Ordinal) ? new Verdict(95, "As ruled.") : new Verdict(10, "Not what was ruled."))));
        var dispute = new PlannedTask
        {
            Id = "hashing",
            Discuss = new Discussion
            {
                Question = "How are passwords hashed?",
                Decide = "precedence",
                Participants = { new Participant { Name = "developer", Role = "developer" }, new Participant { Name = "reviewer", Role = "reviewer" } },
            },
        };
        var implement = Task("implement", "hashing").With(task =>
        {
            (task.Role, task.TaskType, task.Review) = ("developer", "implement", new ReviewGate());
            task.Input = Output(("decision", Value.ForString("${hashing.decision}")), ("reasons", Value.ForString("${hashing.reasons}")));
        });
        var plan = Of(dispute, implement);
        plan.Result = Output(("code", Value.ForString("${implement.text}")));

        var events = await system.WatchAsync(await system.SubmitAsync(plan));

        events[^1].RunCompleted.ShouldNotBeNull(string.Join("\n", events.Where(e => e.AttemptFailed is not null || e.RunFailed is not null)));
        var ruled = events.Single(e => e.DiscussionRuled is not null).DiscussionRuled;
        (ruled.Decision, ruled.Rule, ruled.Rounds).ShouldBe(("bcrypt, asynchronous", "precedence", 2));
        ruled.Reasons.ShouldBe(["reviewer argues with security, developer with performance: security comes first."]);
        ruled.Output.Fields["positions"].ToString().ShouldContain("Synchronous hashing is faster.");
        ruled.Output.Fields["positions"].ToString().ShouldContain("2 heard.");
        events.Single(e => e.ReviewScored is not null).ReviewScored.Verdict.ShouldBe("approved");
        events[^1].RunCompleted.Output.Fields["code"].StringValue.ShouldStartWith("# bcrypt, asynchronous: reviewer argues with security");
    }
}
