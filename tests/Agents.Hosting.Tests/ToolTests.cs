using Agents.Hosting.Tests.Fakes;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class ToolTests : IAsyncLifetime
{
    private FakeOrchestrator _orchestrator = null!;
    private RunningAgent _agent = null!;
    private int _reads;

    public async Task InitializeAsync()
    {
        _orchestrator = await FakeOrchestrator.StartAsync();
        _agent = await RunningAgent.StartAsync(
            echo => echo.UseTools("fs.read").OnTask<Input, Output>("say", async (input, context, cancellationToken) =>
            {
                var text = await context.CallToolAsync("fs.read", new { input.Path }, _ => Read(input.Path), cancellationToken, found => $"{found.Length} characters");
                return new Output(text);
            }).OnTask<Input, Output>("undeclared", async (input, context, cancellationToken) =>
                new Output(await context.CallToolAsync("shell.run", null, _ => Read(input.Path), cancellationToken))),
            _orchestrator);
    }

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _orchestrator.DisposeAsync();
    }

    [Fact]
    public async Task CallTool_Allowed_AsksPolicyThenCallsAndRecords()
    {
        var events = await _agent.RunAsync(Assignment("say", "a.txt"));

        events[^1].Result.Output.Fields["text"].StringValue.ShouldBe("content of a.txt");
        var call = events.Single(one => one.ToolCall is not null).ToolCall;
        (call.Tool, call.Ok, call.Summary, call.Arguments.Fields["path"].StringValue).ShouldBe(("fs.read", true, "16 characters", "a.txt"));
        var asked = _orchestrator.State.Decisions.ShouldHaveSingleItem();
        asked.ShouldBe(new DecideToolCallRequest { Tool = "fs.read", Arguments = call.Arguments });
        _orchestrator.State.Credentials.ShouldHaveSingleItem().ShouldBe(Assignment("say", "a.txt").Credential);
    }

    [Fact]
    public async Task CallTool_Denied_IsNotCalledAndFailsTheTask()
    {
        _orchestrator.State.Policy = _ => new DecideToolCallResponse { Effect = PolicyEffect.Deny, Reason = "rule no-secrets" };

        var events = await _agent.RunAsync(Assignment("say", ".env"));

        _reads.ShouldBe(0);
        var failure = events[^1].Failure;
        failure.Code.ShouldBe("TOOL_DENIED");
        failure.Message.ShouldBe("Tool fs.read is denied: rule no-secrets.");
        failure.FailureClass.ShouldBe(FailureClass.Refused);
        var call = events.Single(one => one.ToolCall is not null).ToolCall;
        (call.Ok, call.Summary).ShouldBe((false, "Tool fs.read is denied: rule no-secrets."));
    }

    [Fact]
    public async Task CallTool_NotDeclared_IsDeniedWithoutAsking()
    {
        var failure = (await _agent.RunAsync(Assignment("undeclared", "x")))[^1].Failure;

        failure.Code.ShouldBe("TOOL_DENIED");
        failure.Message.ShouldBe("Tool shell.run is denied: the agent does not declare it; it declares fs.read.");
        _orchestrator.State.Decisions.ShouldBeEmpty();
    }

    [Fact]
    public async Task CallTool_PolicyIsNotThere_IsDeniedAndWorthAnotherTry()
    {
        await _orchestrator.KillAsync();

        var failure = (await _agent.RunAsync(Assignment("say", "a.txt")))[^1].Failure;

        _reads.ShouldBe(0);
        failure.Code.ShouldBe("TOOL_DENIED");
        failure.Message.ShouldStartWith("Tool fs.read is denied: policy could not be asked: ");
        failure.Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task CallTool_ToolThrows_IsRecordedAndPassedOn()
    {
        var events = await _agent.RunAsync(Assignment("say", "missing"));

        var call = events.Single(one => one.ToolCall is not null).ToolCall;
        (call.Ok, call.Summary).ShouldBe((false, "no such file"));
        events[^1].Failure.Code.ShouldBe("TOOL_FAILED");
    }

    [Fact]
    public async Task CallTool_LongArguments_AreCutInTheRecordOnly()
    {
        var path = new string('x', 2_000);

        var events = await _agent.RunAsync(Assignment("say", path));

        events.Single(one => one.ToolCall is not null).ToolCall.Arguments.Fields["path"].StringValue.Length.ShouldBe(501);
        _orchestrator.State.Decisions.Single().Arguments.Fields["path"].StringValue.ShouldBe(path);
    }

    private Task<string> Read(string path)
    {
        Interlocked.Increment(ref _reads);
        return path == "missing" ? throw new TaskFailedException(FailureCodes.ToolFailed, "no such file") : Task.FromResult($"content of {path}");
    }

    private static TaskAssignment Assignment(string taskType, string path) => RunningAgent.Assignment(taskType, new { path });

    internal sealed record Input(string Path);

    internal sealed record Output(string Text);
}
