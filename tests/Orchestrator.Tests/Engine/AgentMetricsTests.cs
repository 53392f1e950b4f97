using System.Diagnostics.Metrics;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Figures;
using Orchestrator.Processing;
using Orchestrator.Tests.Runs;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>Figures of agents against those that are counted from the events by other means.</summary>
public sealed class AgentMetricsTests(RedisServer redis) : IClassFixture<RedisServer>
{
    public sealed record Any(string? Text = null);

    public sealed record Code(string Text);

    public sealed record Issue(string Title, string Severity, string Criterion);

    public sealed record Scored(int Score, IReadOnlyList<Issue> Findings);

    public sealed record Citations(int Checked, int Confirmed);

    [System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip)]
    public sealed record ToReview(Code Output);

    private string[] Settings => [$"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2"];

    [Fact]
    public async Task Metrics_OfManyRuns_AreThoseOfTheEventsAndTheSameAfterAFailover()
    {
        await using var system = await TestSystem.StartAsync(Settings);
        var second = await system.AddReplicaAsync();
        await AddAgentsAsync(system);
        var (events, runs) = (new List<RunEvent>(), new List<string>());
        for (var i = 0; i < 6; i++)
        {
            var run = await system.SubmitAsync(Feature(i), by: i % 2 == 0 ? system.Services : second.Services);
            runs.Add(run);
            events.AddRange(await system.WatchAsync(run));
            var asked = await Metrics(i % 2 == 0 ? second.Services : system.Services); // in the midst of it, at whichever replica
            asked.Runs.ShouldBe(i + 1);
        }

        var here = await Metrics(system.Services);
        Counted(events).ShouldBe(here.Roles.ToDictionary(role => role.Role, role => (role.Delegated, role.Completed, role.Failed, role.Reviewed, role.ApprovedFirst, role.Examined, role.Issues)), ignoreOrder: true);
        here.Orchestrator.TasksDelegated.ShouldBe(events.Count(e => e.TaskStarted is not null));
        here.Orchestrator.ConflictResolutions.ShouldBe(events.Count(e => e.DisputeRuled is not null));
        here.Orchestrator.ConflictResolutions.ShouldBeGreaterThan(0);
        foreach (var role in here.Roles)
        {
            role.AvgSeconds!.Value.ShouldBe(Durations(events, role.Role).Average(), 0.001);
            role.Instances.Sum(instance => instance.Completed).ShouldBe(role.Completed);
        }

        var developer = here.Roles.Single(role => role.Role == "developer");
        (developer.FirstApprovalRate, developer.Failed).ShouldBe((0.5, 6));
        developer.Instances.Count.ShouldBe(2);
        here.Roles.Single(role => role.Role == "reviewer").IssuesPerTask!.Value.ShouldBeGreaterThan(0);
        here.Roles.Single(role => role.Role == "researcher").Accuracy.ShouldBe(0.75);

        (await Metrics(second.Services)).ShouldBe(here);
        await TestSystem.UntilAsync(async () => IsAsIn(here, await MeteredAsync(system.Services, second.Services)), "one of the two reports the figures");
        await system.StopOrchestratorAsync();
        (await Metrics(second.Services)).ShouldBe(here);
        await TestSystem.UntilAsync(async () => IsAsIn(here, await MeteredAsync(second.Services)), "the second reports the same");
        var third = await system.AddReplicaAsync();
        (await Metrics(third.Services)).ShouldBe(here);
        await TestSystem.UntilAsync(async () => await DeletedAsync(third.Services, runs[0]), "a run is deleted");
        (await Metrics(second.Services)).Runs.ShouldBe(5);
        await system.StopReplicaAsync(third);
        await system.StopReplicaAsync(second);
        await system.StartOrchestratorAsync();
        (await Metrics(system.Services)).Runs.ShouldBe(5);
    }

    private static async Task<bool> DeletedAsync(IServiceProvider replica, string runId)
    {
        try
        {
            await replica.GetRequiredService<IRunEngine>().DeleteAsync(new DeleteRunRequest { RunId = runId }, TestSystem.Me, default);
            return true;
        }
        catch (RequestRefusedException e) when (e.GrpcCode == Grpc.Core.StatusCode.Unavailable)
        {
            return false; // nobody owns its partition yet
        }
    }

    // Each run: one attempt fails, every other run is approved at once, the others contest and give in.
    private static Plan Feature(int number)
    {
        var research = Task("research").With(task => (task.Role, task.TaskType) = ("researcher", "work"));
        var check = Task("check", "research").With(task => (task.Role, task.TaskType) = ("reviewer", "citations"));
        var code = Task("code", "research").With(task =>
        {
            (task.Role, task.TaskType, task.Review) = ("developer", "work", new ReviewGate { MaxRounds = 3 });
            task.Retry = new RetryPolicy { Backoff = 0.01 };
            task.Input = Output(("text", Value.ForString(number % 2 == 0 ? "good" : "bad")));
        });
        return Of(research, check, code);
    }

    private static async Task AddAgentsAsync(TestSystem system)
    {
        await system.AddAgentAsync("researcher", agent => agent.OnTask<Any, Code>("work", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Code("found"))));
        for (var i = 0; i < 2; i++)
        {
            await system.AddAgentAsync("developer", agent => agent.OnTask<Any, Code>("work", (input, context, _) =>
            {
                if (context.Attempt == 1)
                {
                    throw new TaskFailedException("BROKEN", "once", retryable: true);
                }

                if (context.Revision is { Rulings.Count: 0 })
                {
                    context.Contest("hole", "leave it", "performance");
                    return System.Threading.Tasks.Task.FromResult(new Code("bad"));
                }

                return System.Threading.Tasks.Task.FromResult(new Code(context.Revision is null ? input.Text! : "good"));
            }), $"--Agents:InstanceName=developer-{i}");
        }

        await system.AddAgentAsync("reviewer", agent => agent.Limit(maxParallel: 2)
            .OnTask<ToReview, Scored>("review", (input, _, _) => System.Threading.Tasks.Task.FromResult(
                input.Output.Text == "good" ? new Scored(90, []) : new Scored(30, [new Issue("hole", "HIGH", "security"), new Issue("name", "LOW", "style")])))
            .OnTask<Any, Citations>("citations", (_, _, _) => System.Threading.Tasks.Task.FromResult(new Citations(4, 3))));
    }

    private static Task<GetAgentMetricsResponse> Metrics(IServiceProvider replica) =>
        replica.GetRequiredService<IRunEngine>().AgentsAsync(new GetAgentMetricsRequest(), TestSystem.Me, default);

    // What all replicas together report: each value once, by whoever that is.
    private static bool IsAsIn(GetAgentMetricsResponse figures, List<(string Role, long Value)> metered) =>
        metered.Order().SequenceEqual(figures.Roles.Select(role => (role.Role, role.Completed)).Order());

    private static async Task<List<(string Role, long Value)>> MeteredAsync(params IServiceProvider[] replicas)
    {
        var seen = new List<(string Role, long Value)>();
        var ours = replicas.Select(replica => replica.GetRequiredService<IMeterFactory>().Create(AgentMeters.MeterName)).ToList();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (ours.Contains(instrument.Meter))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "agents.tasks.completed")
            {
                seen.Add(((string)tags[0].Value!, value));
            }
        });
        listener.Start();
        foreach (var replica in replicas)
        {
            await replica.GetRequiredService<AgentMeters>().RefreshAsync(default);
        }

        listener.RecordObservableInstruments();
        return seen;
    }

    // By looking back and forth in the whole list.
    private static Dictionary<string, (long, long, long, long, long, long, long)> Counted(List<RunEvent> events)
    {
        string RoleOf(RunEvent e, string task) => events.First(q => q.RunId == e.RunId && q.TaskQueued?.TaskId == task).TaskQueued.Role;
        var started = events.Where(e => e.TaskStarted is not null).ToLookup(e => RoleOf(e, e.TaskStarted.TaskId));
        var outputs = events.Where(e => e.TaskOutput is not null).ToLookup(e => RoleOf(e, e.TaskOutput.TaskId));
        var failed = events.Where(e => e.AttemptFailed is not null && e.AttemptFailed.Failure.Code != "INSTANCE_FULL").ToLookup(e => RoleOf(e, e.AttemptFailed.TaskId));
        var refused = events.Where(e => e.AttemptFailed is { Failure.Code: "INSTANCE_FULL" }).ToLookup(e => RoleOf(e, e.AttemptFailed.TaskId));
        var scores = events.Where(e => e.ReviewScored is { Round: 1 }).ToLookup(e => RoleOf(e, e.ReviewScored.TaskId));
        return started.ToDictionary(role => role.Key, role =>
        {
            var listing = outputs[role.Key].Where(e => e.TaskOutput.Output.Fields.ContainsKey("findings")).ToList();
            return ((long)role.Count() - refused[role.Key].Count(), (long)outputs[role.Key].Count(), (long)failed[role.Key].Count(), (long)scores[role.Key].Count(),
                (long)scores[role.Key].Count(e => e.ReviewScored.Verdict == "approved"), (long)listing.Count, (long)listing.Sum(e => e.TaskOutput.Output.Fields["findings"].ListValue.Values.Count));
        });
    }

    private static IEnumerable<double> Durations(List<RunEvent> events, string role) => events
        .Where(e => e.TaskOutput is not null && events.First(q => q.RunId == e.RunId && q.TaskQueued?.TaskId == e.TaskOutput.TaskId).TaskQueued.Role == role)
        .Select(e => (e.Time - events.Single(s => s.RunId == e.RunId && s.TaskStarted?.TaskId == e.TaskOutput.TaskId && s.TaskStarted.Attempt == e.TaskOutput.Attempt).Time).ToTimeSpan().TotalSeconds);
}
