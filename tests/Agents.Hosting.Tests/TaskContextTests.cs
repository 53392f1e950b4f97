using System.Text;
using System.Text.Json;
using Agents.Hosting.Tests.Fakes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>What an attempt is given and can ask the orchestrator for.</summary>
public sealed class TaskContextTests : IAsyncLifetime
{
    private FakeOrchestrator _orchestrator = null!;

    public async Task InitializeAsync() => _orchestrator = await FakeOrchestrator.StartAsync();

    public async Task DisposeAsync() => await _orchestrator.DisposeAsync();

    [Fact]
    public async Task Context_Assignment_GivesItsFacts()
    {
        var assignment = RunningAgent.Assignment(task: "audit/3", attempt: 2);
        assignment.Task.Description = "Look at it";
        assignment.Task.Requirements.Add("be brief");
        assignment.Violations.Add("score: 101 is more than 100");
        assignment.Revision = new Revision { Round = 1, PreviousOutput = AgentJson.ToStruct(new { text = "before" }) };
        assignment.Deadline = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(1));

        await RunAsync(assignment, (context, _) =>
        {
            (context.RunId, context.TaskId, context.Attempt, context.TaskType, context.Description).ShouldBe(("run-1", "audit/3", 2, "say", "Look at it"));
            context.Requirements.ShouldBe(["be brief"]);
            context.Violations.ShouldBe(["score: 101 is more than 100"]);
            AgentJson.FromStruct<Output>(context.Revision!.PreviousOutput).Text.ShouldBe("before");
            context.Deadline.ShouldBe(assignment.Deadline.ToDateTimeOffset());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Entries_PutGetList_GoToTheOrchestratorWithTheCredential()
    {
        var assignment = RunningAgent.Assignment(epoch: 4);

        await RunAsync(assignment, async (context, cancellationToken) =>
        {
            (await context.Context.GetAsync<Output>("notes/a", cancellationToken)).ShouldBeNull();
            (await context.Context.PutAsync("notes/a", new Output("first"), cancellationToken, expectedVersion: 0)).ShouldBe(1);
            (await context.Context.PutAsync("notes/b", 42, cancellationToken)).ShouldBe(1);
            (await context.Context.GetAsync<Output>("notes/a", cancellationToken)).ShouldBe(new Output("first"));
            (await context.Context.GetAsync<int>("notes/b", cancellationToken)).ShouldBe(42);
            (await context.Context.ListAsync("notes/", cancellationToken)).Select(entry => entry.Key).ShouldBe(["notes/a", "notes/b"]);
            var conflict = await Should.ThrowAsync<RpcException>(() => context.Context.PutAsync("notes/a", new Output("second"), cancellationToken, expectedVersion: 0));
            conflict.StatusCode.ShouldBe(StatusCode.Aborted);
        });

        _orchestrator.State.Credentials.ShouldAllBe(credential => credential.Equals(assignment.Credential));
    }

    [Fact]
    public async Task Artifacts_UploadThenDownload_GivesTheSameBytes()
    {
        var content = new byte[1_000_000];
        Random.Shared.NextBytes(content);

        var events = await RunAsync(RunningAgent.Assignment(), async (context, cancellationToken) =>
        {
            var stored = await context.Artifacts.UploadAsync(new MemoryStream(content), "noise.bin", "application/octet-stream", cancellationToken);
            stored.Size.ShouldBe(1_000_000);
            using var copy = new MemoryStream();
            (await context.Artifacts.DownloadAsync(stored.Id, copy, cancellationToken)).ShouldBe(stored);
            copy.ToArray().ShouldBe(content);
            (await context.Artifacts.DownloadAsync("sha256:none", copy, cancellationToken)).ShouldBeNull();
            context.AddFile(stored);
            context.AddUsage(10, 5, 7);
            context.AddUsage(1, 1);
        });

        events[^1].Result.Artifacts.ShouldHaveSingleItem().Name.ShouldBe("noise.bin");
        events[^1].Result.Usage.ShouldBe(new Usage { InputTokens = 11, OutputTokens = 6, CostMicros = 7 });
    }

    [Fact]
    public async Task Input_ArtifactReference_IsReplacedByItsValue()
    {
        var artifact = _orchestrator.State.AddArtifact("findings.json", Encoding.UTF8.GetBytes("""{"findings": [{"rule": "a"}, {"rule": "b"}]}"""));
        var reference = new Dictionary<string, object> { ["$artifact"] = artifact.Id, ["path"] = "findings" };

        var output = await RunMergeAsync(new { lists = new object[] { reference, Array.Empty<object>() } });

        output.Text.ShouldBe("a b");
    }

    [Fact]
    public async Task Input_ArtifactThatIsNotThere_FailsTheTask()
    {
        await using var agent = await MergeAgentAsync();
        var reference = new Dictionary<string, object> { ["$artifact"] = "sha256:none" };

        var failure = (await agent.RunAsync(RunningAgent.Assignment("merge", new { lists = new object[] { reference } })))[^1].Failure;

        (failure.Code, failure.Message).ShouldBe(("INVALID_INPUT", "Invalid input: artifact sha256:none is not there."));
    }

    private async Task<Output> RunMergeAsync(object input)
    {
        await using var agent = await MergeAgentAsync();
        return AgentJson.FromStruct<Output>((await agent.RunAsync(RunningAgent.Assignment("merge", input)))[^1].Result.Output);
    }

    private Task<RunningAgent> MergeAgentAsync() => RunningAgent.StartAsync(
        echo => echo.OnTask<Lists, Output>("merge", (input, _, _) => Task.FromResult(new Output(string.Join(' ', input.Items.SelectMany(list => list).Select(finding => finding.Rule))))),
        _orchestrator);

    private async Task<IReadOnlyList<TaskEvent>> RunAsync(TaskAssignment assignment, Func<TaskContext, CancellationToken, Task> work)
    {
        await using var agent = await RunningAgent.StartAsync(
            echo => echo.OnTask<GatedAgent.Input, Output>("say", async (_, context, cancellationToken) =>
            {
                await work(context, cancellationToken);
                return new Output("done");
            }),
            _orchestrator);
        var events = await agent.RunAsync(assignment);
        events[^1].Failure.ShouldBeNull();
        return events;
    }

    internal sealed record Output(string Text);

    internal sealed record Lists([property: System.Text.Json.Serialization.JsonPropertyName("lists")] IReadOnlyList<IReadOnlyList<Finding>> Items);

    internal sealed record Finding(string Rule);
}
