using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class WaitTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("0.5", 0.5)]
    [InlineData("PT90M", 5400)]
    [InlineData("P1DT1S", 86401)]
    [InlineData("${inputs.pause}", 7)]
    public void Duration_OfAnyForm_EndsWhenItHasPassed(string duration, double seconds)
    {
        var run = RunDriver.Started(Of(Pause("pause", new Wait { Duration = duration }), Task("then", "pause")), inputs: Output(("pause", Value.ForNumber(7))));
        run.StatusOf("pause").ShouldBe(State.Waiting);
        run.State.WakeAt.ShouldBe(run.Now.AddSeconds(seconds));
        RunViews.Run(run.State, false, run.Now).Tasks[0].WaitUntil.ToDateTimeOffset().ShouldBe(run.Now.AddSeconds(seconds));

        run.Pass(seconds - 0.1);
        run.StatusOf("pause").ShouldBe(State.Waiting);
        run.Now = run.State.WakeAt!.Value;
        run.Do(new RunInput.Tick()).ShouldBeNull();

        run.StatusOf("pause").ShouldBe(State.Completed);
        run.Queued().ShouldBe(["then"]);
        run.State.WakeAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-01-01T00:01:00Z")]
    [InlineData("2026-01-01T01:01:00.000+01:00")]
    public void Until_AMoment_EndsThen(string until)
    {
        var run = RunDriver.Started(Of(Pause("pause", new Wait { Until = until })));

        run.State.WakeAt.ShouldBe(run.Now.AddMinutes(1));
        run.Pass(60);

        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Until_HasPassed_DoesNotWait()
    {
        var run = RunDriver.Started(Of(Pause("pause", new Wait { Until = "2020-02-29T00:00:00Z" })));

        run.Since(3).ShouldBe(["WaitStarted", "WaitEnded", "RunCompleted"]);
    }

    [Theory]
    [InlineData("until", "tomorrow")]
    [InlineData("until", "2026-01-01T00:00:00")]
    [InlineData("until", "2999-01-01T00:00:00Z")]
    [InlineData("duration", "-5")]
    [InlineData("duration", "soon")]
    [InlineData("duration", "-PT5S")]
    [InlineData("duration", "P20Y")]
    [InlineData("duration", "1e300")]
    public void Value_ThatIsNoTime_FailsTheTaskNamingFieldAndValue(string field, string value)
    {
        var wait = field == "until" ? new Wait { Until = "${inputs.x}" } : new Wait { Duration = "${inputs.x}" };

        var run = RunDriver.Started(Of(Pause("pause", wait)), inputs: Output(("x", Value.ForString(value))));

        run.State.Failure!.Code.ShouldBe("INVALID_PLAN");
        run.State.Failure.Message.ShouldContain($"tasks.pause.wait.{field}: '{value}'");
    }

    [Fact]
    public void Tick_ThousandsAreDue_TakesThemInPortions()
    {
        var pause = Pause("pause", new Wait { Duration = "10" }, "list").With(task => task.Foreach = "${list.items}");
        var run = RunDriver.Started(Of(Task("list"), pause));
        run.Work("list", ("items", List([.. Enumerable.Range(0, 5000).Select(i => $"{i}")])));
        run.Now = run.Now.AddSeconds(10);

        var ticks = 0;
        for (; run.State.WakeAt <= run.Now; ticks++)
        {
            run.Do(new RunInput.Tick()).ShouldBeNull();
        }

        ticks.ShouldBe(3);
        run.State.Status.ShouldBe(State.Completed);
    }
}
