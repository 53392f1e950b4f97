using Google.Protobuf;
using Orchestrator.Runs;
using Orchestrator.Tests.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Audit;

/// <summary>Mission row "Auditability": every assignment, tool call, decision and result is an event with its trace id.</summary>
public sealed class TracedEventTests
{
    [Fact]
    public void Auditability_EveryKindOfEvent_HasTheTraceOfItsRun()
    {
        var events = HistoryShapes.All.Values.SelectMany(shape => shape().Log).ToLookup(e => e.BodyCase);

        // Whatever kind is added has to occur in a shape, and so to pass here.
        Enum.GetValues<RunEvent.BodyOneofCase>().Where(kind => kind != RunEvent.BodyOneofCase.None && !events.Contains(kind)).ShouldBeEmpty();
        foreach (var kind in events)
        {
            foreach (var e in kind)
                (e.TraceId, e.RunId, e.Time is not null, e.Version > 0).ShouldBe(("trace", RunDriver.RunId, true, true), $"{kind.Key}");
        }
    }

    [Fact]
    public void Auditability_RunThatWasRestored_GoesOnUnderItsTrace()
    {
        var before = HistoryShapes.All["wait-open"]();
        var (state, _) = RunSnapshot.Load(RunSnapshot.Save(RunState.Load(before.Log), ByteString.Empty), [])!.Value;
        List<RunEvent> after = [];

        RunMachine.Step(state, RunDriver.RunId, new RunInput.Cancel(new Principal { Name = "ann", Tenant = "t" }, "enough", "request-2"), before.Now, after).ShouldBeNull();

        after.ShouldNotBeEmpty();
        after.ShouldAllBe(e => e.TraceId == "trace");
    }
}
