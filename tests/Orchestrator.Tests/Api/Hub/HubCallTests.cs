using System.Text.Json.Nodes;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>What the stock client can do but watch a run, and how it hears what is wrong.</summary>
public sealed class HubCallTests
{
    [Fact]
    public async Task Calls_OfARun_DoWhatRestDoes()
    {
        await using var hub = await HubSystem.StartAsync();
        var run = await hub.SubmitAsync(2);
        await using var client = new NodeClient(hub.Url);

        Result(await client.CallAsync("PauseRun", new { run_id = run, reason = "lunch" })).ShouldBe("""{"status":"PAUSED"}""");
        Result(await client.CallAsync("GuideRun", new { run_id = run, text = "Use tabs." })).ShouldBe("""{"status":"PAUSED","key":"guidance/1"}""");
        Result(await client.CallAsync("ResumeRun", new { run_id = run })).ShouldBe("""{"status":"IN_PROGRESS"}""");
        Result(await client.CallAsync("CancelRun", new { run_id = run, request_id = "c-1" })).ShouldBe("""{"status":"CANCELLED"}""");

        var events = await hub.System.WatchAsync(run);
        events.Single(e => e.RunPaused is not null).RunPaused.Reason.ShouldBe("lunch");
        events[^1].RunCancelled.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("PauseRun", """{"run_id": "run-none"}""", "UNKNOWN_RUN: run_id: there is no run 'run-none'.")]
    [InlineData("PauseRun", """{"runid": "a"}""", "UNKNOWN_FIELD: ")]
    [InlineData("PauseRun", "[]", "INVALID_INPUT: ")]
    [InlineData("GuideRun", """{"run_id": "a", "text": " "}""", "INVALID_INPUT: text is empty; say what the run is to know.")]
    [InlineData("DecideApproval", """{"run_id": "a", "task_id": "b"}""", "INVALID_INPUT: approved is missing; it is required.")]
    public async Task Call_BadInput_IsAnErrorWithFieldValueAndRule(string method, string request, string message)
    {
        await using var hub = await HubSystem.StartAsync();
        await using var client = new NodeClient(hub.Url);

        ((string?)(await client.CallAsync(method, JsonNode.Parse(request)!))["error"]).ShouldNotBeNull().ShouldContain($"HubException: {message}");
    }

    [Fact]
    public async Task Stream_BadInputOrTooMany_IsAnErrorWithFieldValueAndRule()
    {
        await using var hub = await HubSystem.StartAsync(settings: "--Hub:MaxSubscriptions=2");
        var run = await hub.SubmitAsync(1);
        await using var client = new NodeClient(hub.Url);

        await ErrorAsync(new { run_id = run, after_version = -1 }, "INVALID_INPUT: after_version is -1; it must be at least 0.");
        await ErrorAsync(new { }, "INVALID_INPUT: run_id is missing; it is required.");
        var first = client.Stream("WatchRun", new { run_id = run });
        var second = client.Stream("WatchRun", new { run_id = run });
        (await client.NextAsync(first))["item"].ShouldNotBeNull();
        (await client.NextAsync(second))["item"].ShouldNotBeNull();
        await ErrorAsync(new { run_id = run }, "TOO_MANY_SUBSCRIPTIONS: The connection has 2 subscriptions; more are not allowed (Hub:MaxSubscriptions).");

        // A place that is free again can be taken.
        client.End(first);
        await TestSystem.UntilAsync(async () => (await client.NextAsync(client.Stream("WatchRun", new { run_id = run })))["item"] is not null, "one may subscribe again");

        async Task ErrorAsync(object request, string message) =>
            ((string?)(await client.NextAsync(client.Stream("WatchRun", request)))["error"]).ShouldNotBeNull().ShouldContain($"HubException: {message}");
    }

    [Fact]
    public async Task WatchProject_RunsOfTheProject_ComeFirstAllAndThenWhatChanges()
    {
        await using var hub = await HubSystem.StartAsync(settings: "--Hub:LookSeconds=0.1");
        var mine = await hub.System.SubmitAsync(Of(Decision("ask", new Approval { Question = "Shall we?" })), project: "shop");
        await hub.System.SubmitAsync(Of(Decision("ask", new Approval { Question = "Not ours?" })), project: "other");
        await TestSystem.UntilAsync(async () => (await hub.System.RunAsync(mine)).Summary.Approvals == 1, "it asks");
        await using var client = new NodeClient(hub.Url);

        var stream = client.Stream("WatchProject", new { project = "shop" });
        var first = (await client.NextAsync(stream))["item"]!.AsArray();
        var another = await hub.System.SubmitAsync(Of(Decision("ask", new Approval { Question = "And now?" })), project: "shop");
        var second = (await client.NextAsync(stream))["item"]!.AsArray();
        Result(await client.CallAsync("CancelRun", new { run_id = mine })).ShouldContain("CANCELLED");

        ((string?)first.ShouldHaveSingleItem()!["run_id"]).ShouldBe(mine);
        ((string?)second.ShouldHaveSingleItem()!["run_id"]).ShouldBe(another);
        JsonNode? ended;
        do
        {
            ended = (await client.NextAsync(stream))["item"]!.AsArray().FirstOrDefault(run => (string?)run!["run_id"] == mine);
        }
        while ((string?)ended?["status"] != "CANCELLED");
    }

    [Fact]
    public async Task WatchApprovals_DecidedByTheClient_ComeAndGo()
    {
        await using var hub = await HubSystem.StartAsync(settings: "--Hub:LookSeconds=0.1");
        await using var client = new NodeClient(hub.Url);
        var stream = client.Stream("WatchApprovals", new { });
        (await client.NextAsync(stream))["item"]!.AsArray().ShouldBeEmpty();

        var run = await hub.System.SubmitAsync(Of(Decision("ask", new Approval { Question = "Shall we?" })));
        var asked = (await client.NextAsync(stream))["item"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)asked["run_id"], (string?)asked["task_id"], (string?)asked["question"]).ShouldBe((run, "ask", "Shall we?"));
        Result(await client.CallAsync("DecideApproval", new { run_id = run, task_id = "ask", approved = true, comment = "go" })).ShouldContain("run_status");

        (await client.NextAsync(stream))["item"]!.AsArray().ShouldBeEmpty();
        (await hub.System.WatchAsync(run))[^1].RunCompleted.ShouldNotBeNull();
    }

    [Fact]
    public void Start_AzureWithoutItsPackage_IsRefusedInPlainWords()
    {
        var refused = Should.Throw<NotSupportedException>(() => OrchestratorApp.Build(["--Azure:SignalR:ConnectionString=Endpoint=https://a.service.signalr.net;AccessKey=k;Version=1.0;"]));

        refused.Message.ShouldContain("FullFeed=true");
    }

    private static string Result(JsonNode answer) => answer["result"]?.ToJsonString() ?? answer.ToJsonString();
}
