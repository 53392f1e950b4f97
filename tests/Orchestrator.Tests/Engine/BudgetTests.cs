using System.Net.Http.Json;
using System.Text.Json;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>A budget of a run, with real agents that say what they used.</summary>
public class BudgetTests
{
    public sealed record Nothing(string? Text = null);

    private static void Worker(AgentBuilder agent) => agent.Limit(maxParallel: 64).OnTask<Nothing, Nothing>("work", (_, context, _) =>
    {
        context.AddUsage(80, 20, 1500);
        return System.Threading.Tasks.Task.FromResult(new Nothing(context.Assignment.ModelHint));
    });

    [Fact]
    public async Task FiftyParallelTasks_LimitForTwenty_StopsAtTheLimit()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Worker);
        var plan = Of([.. Enumerable.Range(0, 50).Select(n => Task($"t{n}"))]);
        plan.Budget = new Budget { Tokens = 2000, ReserveTokens = 100 };

        var runId = await system.SubmitAsync(plan);
        var events = await system.WatchAsync(runId);

        events[^1].RunFailed.Failure.Code.ShouldBe("BUDGET_EXHAUSTED");
        events.Sum(e => e.TaskOutput?.Usage is { } usage ? usage.InputTokens + usage.OutputTokens : 0).ShouldBe(2000);
        events.Count(e => e.BudgetWarned is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Cost_ByGrpcAndRest_SaysWhereItWent()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", Worker);
        var plan = Of(Task("a"), Task("b", "a"));
        plan.Budget = new Budget { CostMicros = 3600, ReserveCostMicros = 1500, WhenShort = "cheaper", CheaperModel = "small" };
        plan.Result = Output(("model", Value.ForString("${b.text}")));

        var runId = await system.SubmitAsync(plan);
        await system.WatchAsync(runId);

        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var cost = (await new OrchestratorService.OrchestratorServiceClient(channel).GetRunCostAsync(new GetRunCostRequest { RunId = runId })).Cost;
        cost.Total.ShouldBe(new Usage { InputTokens = 160, OutputTokens = 40, CostMicros = 3000 });
        cost.Tasks.Select(task => (task.TaskId, task.Attempts, task.Used.CostMicros)).ShouldBe([("a", 1, 1500L), ("b", 1, 1500L)]);
        cost.Roles.ShouldHaveSingleItem().Used.CostMicros.ShouldBe(3000);
        cost.Short.ShouldBe(["cost"]);
        var http = system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address != system.GrpcUrl);
        using var client = new HttpClient { BaseAddress = new Uri(http) };
        var json = await client.GetFromJsonAsync<JsonElement>($"/api/runs/{runId}/cost");
        json.GetProperty("total").GetProperty("cost_micros").ToString().ShouldBe("3000");
        (await client.GetAsync("/api/runs/none/cost")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TenantsMonth_UsedUpByTwoRuns_TheThirdIsRefusedAlsoAfterARestart()
    {
        await using var system = await TestSystem.StartAsync("--Budgets:Tenants:local:MonthlyTokens=250", "--Replicas:IdleSeconds=0");
        await system.AddAgentAsync("worker", Worker);
        async Task<RunEvent> Last()
        {
            var runId = await system.SubmitAsync(Of(Task("a").With(task => task.Budget = new Budget { Tokens = 100 })));
            return (await system.WatchAsync(runId)).Last();
        }

        (await Last()).RunCompleted.ShouldNotBeNull();
        (await Last()).RunCompleted.ShouldNotBeNull();
        (await Last()).RunFailed.Failure.Message.ShouldContain("The budget of tenant 'local' for this month is used up: 200 of 250 tokens");
        await system.StopOrchestratorAsync();
        await system.StartOrchestratorAsync();
        await system.AddAgentAsync("worker", Worker);

        (await Last()).RunFailed.Failure.Code.ShouldBe("BUDGET_EXHAUSTED");
    }

    [Fact]
    public async Task TenantsMonth_NegativeLimit_IsRefusedAtStart() => (await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
        () => TestSystem.StartAsync("--Budgets:Tenants:x:MonthlyCost=-1"))).Message.ShouldContain("Budgets:Tenants:x:MonthlyCost is -1");

    [Fact]
    public async Task FailedAttempt_SaysWhatItUsed_ItCounts()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Nothing>("work", (_, context, _) =>
        {
            context.AddUsage(70, 0);
            return context.Attempt == 1 ? throw new TaskFailedException("BROKEN", "It broke.") : System.Threading.Tasks.Task.FromResult(new Nothing());
        }));
        var plan = Of(Task("a").With(task => (task.Budget, task.Optional) = (new Budget { Tokens = 50 }, true)));

        var events = await system.WatchAsync(await system.SubmitAsync(plan));

        events.Single(e => e.AttemptFailed is not null).AttemptFailed.Failure.Usage.InputTokens.ShouldBe(70);
        events[^1].RunCompleted.Missing.ShouldHaveSingleItem();
    }
}
