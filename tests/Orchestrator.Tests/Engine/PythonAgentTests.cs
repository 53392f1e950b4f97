using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Engine;

/// <summary>examples/python-agent, run by a stock Python with stock gRPC, at a real orchestrator.</summary>
public sealed class PythonAgentTests : IAsyncLifetime
{
    private TestSystem _system = null!;
    private Process _python = null!;
    private Task<string> _errors = null!;

    public async Task InitializeAsync()
    {
        _system = await TestSystem.StartAsync();
        var script = Path.Combine(Repository.Root, "examples", "python-agent", "agent.py");
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, "--orchestrator", new Uri(_system.GrpcUrl).Authority])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _errors = _python.StandardError.ReadToEndAsync();
        await JoinedAsync();
    }

    public async Task DisposeAsync()
    {
        if (!_python.HasExited)
            _python.Kill(entireProcessTree: true);
        await _python.WaitForExitAsync();
        _python.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Run_ForARoleInPython_IsAnsweredByIt()
    {
        var runId = await _system.SubmitAsync(Of(Words("count", """{"text": "To be, or not to be"}""")));

        var events = await _system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        var output = events.Single(e => e.TaskOutput != null).TaskOutput.Output.Fields;
        (output["words"].NumberValue, output["most_common"].StringValue).ShouldBe((6, "to"));
    }

    [Fact]
    public async Task Run_InputThatDoesNotFitItsSchema_IsNotGivenToIt()
    {
        var runId = await _system.SubmitAsync(Of(Words("count", """{"text": 7}""")));

        (await _system.WatchAsync(runId))[^1].RunFailed.ShouldNotBeNull().Failure.Message.ShouldContain("text");
    }

    [Fact]
    public async Task Restart_OfTheOrchestratorInTheMiddle_AttachesToTheSameAttempt()
    {
        var runId = await _system.SubmitAsync(Of(Words("countdown", """{"from": 15}""")));
        await _system.UntilAsync(runId, e => e.TaskProgressed != null);

        await _system.StopOrchestratorAsync();
        await _system.StartOrchestratorAsync();
        var events = await _system.WatchAsync(runId);

        events[^1].RunCompleted.ShouldNotBeNull(events[^1].ToString());
        events.Count(e => e.TaskStarted != null).ShouldBe(1);
        events.Single(e => e.TaskOutput != null).TaskOutput.Output.Fields["counted"].NumberValue.ShouldBe(15);
    }

    [Fact]
    public async Task Cancel_InTheMiddle_StopsTheAttempt()
    {
        var runId = await _system.SubmitAsync(Of(Words("countdown", """{"from": 600}""")));
        await _system.UntilAsync(runId, e => e.TaskProgressed != null);

        await _system.Engine.CancelAsync(new CancelRunRequest { RunId = runId, Reason = "enough" }, TestSystem.Me, default);

        (await _system.WatchAsync(runId))[^1].RunCancelled.ShouldNotBeNull();
        await TestSystem.Until(() => Instances().Single().Running == 0, "the attempt has stopped");
    }

    [Fact]
    public async Task Sigterm_Idle_LeavesInOrder()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_python.Id}"]);
        await kill.WaitForExitAsync();

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _python.WaitForExitAsync(late.Token);

        _python.ExitCode.ShouldBe(0, await _errors);
        await TestSystem.Until(() => Instances().Count == 0, "it has left");
    }

    private static PlannedTask Words(string type, string input) => Task("one").With(task =>
        (task.Role, task.TaskType, task.Input) = ("wordsmith", type, Google.Protobuf.JsonParser.Default.Parse<Google.Protobuf.WellKnownTypes.Struct>(input)));

    private IReadOnlyList<AgentInstance> Instances() => _system.Services.GetRequiredService<IAgentDirectory>().List("wordsmith");

    private async Task JoinedAsync() =>
        await TestSystem.Until(() => _python.HasExited || Instances().Count == 1, "the agent has joined");
}
