using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>Agents discuss in rounds, and it is decided as the plan says.</summary>
public class DiscussionTests
{
    [Fact]
    public void FirstRound_AllAtOnce_TheNextSeesWhatTheySaid()
    {
        var run = Started(new Discussion { Decide = "consensus" });
        run.Queued().ShouldBe(["talk/turn-1-ann", "talk/turn-1-bob", "talk/turn-1-eve"]);
        Say(run, 1, "red", "red", "${inputs.x}");

        run.Queued().ShouldBe(["talk/turn-2-ann", "talk/turn-2-bob", "talk/turn-2-eve"]);
        run.Start("talk/turn-2-ann");
        var input = Assignments.Of(run.State, run.State.Find("talk/turn-2-ann")!).Task.InputData;
        input.Fields["question"].StringValue.ShouldBe("Which colour for do it?");
        var said = input.Fields["said"].ListValue.Values.Select(value => value.StructValue.Fields).ToList();
        said.Select(one => one["participant"].StringValue).ShouldBe(["ann", "bob", "eve"]);
        said[2]["said"].StructValue.Fields["position"].StringValue.ShouldBe("${inputs.x}"); // as it was said
    }

    [Theory]
    [InlineData("consensus", "red,red,Red", "red", "consensus")]
    [InlineData("majority", "red,red,blue", "red", "majority")]
    public void Decide_AfterOneRound_EndsThere(string rule, string positions, string decision, string by)
    {
        var run = Started(new Discussion { Decide = rule });
        Say(run, 1, positions.Split(','));

        run.State.Status.ShouldBe(State.Completed);
        var ruled = run.Log.Single(e => e.DiscussionRuled is not null).DiscussionRuled;
        (ruled.Decision, ruled.Rule, ruled.Rounds).ShouldBe((decision, by, 1));
        run.State.Completion!.Output.Fields["decision"].StringValue.ShouldBe(decision);
    }

    [Fact]
    public void Majority_NobodyHasOneInTheLastRound_TheTaskFails()
    {
        var run = Started(new Discussion { Decide = "majority", Rounds = 1 });
        Say(run, 1, "red", "blue", "green");

        run.State.Failure!.Code.ShouldBe("NO_DECISION");
        run.State.Failure.Message.ShouldContain("majority was not reached in 1 rounds");
    }

    [Fact]
    public void Arbiter_AfterTheLastRound_Decides()
    {
        var run = Started(new Discussion { Decide = "consensus", Rounds = 1, Arbiter = new Participant { Name = "judge", Role = "worker" } });
        Say(run, 1, "red", "blue", "green");
        run.Work("talk/arbiter", ("position", Value.ForString("blue")), ("arguments", List("It is calm.")));

        var ruled = run.Log.Single(e => e.DiscussionRuled is not null).DiscussionRuled;
        (ruled.Decision, ruled.Rule).ShouldBe(("blue", "arbiter"));
        ruled.Reasons.ShouldBe(["judge decided after 1 rounds.", "It is calm."]);
        ruled.Output.Fields["dissent"].ListValue.Values.Select(value => value.StringValue).ShouldBe(["ann", "eve"]);
    }

    [Fact]
    public void Moderator_SumsUpEachRound_BeforeTheNext()
    {
        var run = Started(new Discussion { Decide = "consensus", Moderator = new Participant { Role = "worker" } });
        Say(run, 1, "red", "blue", "blue");
        run.Queued().ShouldBe(["talk/moderator-1"]);
        run.Work("talk/moderator-1", ("summary", Value.ForString("Two for blue.")));
        run.Start("talk/turn-2-eve");

        Assignments.Of(run.State, run.State.Find("talk/turn-2-eve")!).Task.InputData.ToString().ShouldContain("Two for blue.");
    }

    [Fact]
    public void Criteria_Weights_AddUpThePointsOfAll()
    {
        var terms = new Discussion { Decide = "criteria", Rounds = 1, Criteria = { new Criterion { Name = "security", Weight = 3 }, new Criterion { Name = "speed", Weight = 1 } } };
        var run = Started(terms);
        foreach (var (who, scores) in new[] { ("ann", """{"a":{"security":8,"speed":1},"b":{"security":2,"speed":9}}"""), ("bob", """{"b":{"speed":9}}"""), ("eve", """{"a":{"speed":2}}""") })
        {
            run.Work($"talk/turn-1-{who}", ("position", Value.ForString(who == "ann" ? "a" : "b")), ("scores", Value.Parser.ParseJson(scores)));
        }

        var ruled = run.Log.Single(e => e.DiscussionRuled is not null).DiscussionRuled;
        ruled.Decision.ShouldBe("a");
        ruled.Tally.ShouldBe(new Dictionary<string, double> { ["a"] = 27, ["b"] = 24 }, ignoreOrder: true);
        ruled.Reasons.ShouldBe(["By security x3, speed x1: a 27, b 24."]);
    }

    [Theory]
    [InlineData("", "async")]
    [InlineData("performance,security", "sync")]
    public void Precedence_SecurityBeforePerformance_UnlessThePlanSaysOtherwise(string order, string decision)
    {
        var terms = new Discussion { Decide = "precedence", Rounds = 1, Criteria = { order.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new Criterion { Name = name }) } };
        var run = Started(terms);
        run.Work("talk/turn-1-ann", ("position", Value.ForString("sync")), ("criterion", Value.ForString("performance")));
        run.Work("talk/turn-1-bob", ("position", Value.ForString("async")), ("criterion", Value.ForString("security")));
        run.Work("talk/turn-1-eve", ("position", Value.ForString("none")), ("criterion", Value.ForString("taste")));

        var ruled = run.Log.Single(e => e.DiscussionRuled is not null).DiscussionRuled;
        ruled.Decision.ShouldBe(decision);
        ruled.Reasons[0].ShouldContain("comes first");
    }

    [Fact]
    public void Turn_Fails_ThatParticipantAbstains()
    {
        var run = Started(new Discussion { Decide = "majority" });
        run.Start("talk/turn-1-ann");
        run.Fail("talk/turn-1-ann", FailureClass.Permanent);
        run.Work("talk/turn-1-bob", ("position", Value.ForString("red")));
        run.Work("talk/turn-1-eve", ("position", Value.ForString("red")));

        run.State.Status.ShouldBe(State.Completed);
        run.State.Completion!.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void Deadline_InTheMiddle_StopsTheOpenTurns()
    {
        var run = Started(new Discussion { Decide = "majority" }, task => task.Deadline = 60);
        run.Start("talk/turn-1-ann");
        run.Pass(60);

        run.State.Failure!.Code.ShouldBe("TIMEOUT");
        run.State.Tasks.ShouldAllBe(task => task.Status.IsTerminal());
    }

    [Fact]
    public void Snapshot_InTheMiddle_GoesOnAlike()
    {
        var run = Started(new Discussion { Decide = "majority" });
        run.Work("talk/turn-1-ann", ("position", Value.ForString("red")));
        var state = RunSnapshot.Load(RunSnapshot.Save(run.State, ByteString.Empty), [])!.Value.State;
        foreach (var id in new[] { "talk/turn-1-bob", "talk/turn-1-eve" })
        {
            RunMachine.Step(state, RunDriver.RunId, new RunInput.Assign(id, "i", "i", 1, run.Now.AddMinutes(1)), run.Now, []).ShouldBeNull();
            RunMachine.Step(state, RunDriver.RunId, new RunInput.Succeed(id, 1, Output(("position", Value.ForString("red"))), null, [], null, 1), run.Now, []).ShouldBeNull();
        }

        state.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Violations_BadDiscussion_NameFieldAndValue()
    {
        var task = new PlannedTask { Id = "talk", Discuss = new Discussion { Question = "?", Decide = "dice", Participants = { new Participant { Name = "a b" } } } };

        PlanRules.Violations(Of(task)).ShouldBe(
        [
            "tasks.talk.discuss.participants: 1 are not in 2 to 20.",
            "tasks.talk.discuss.decide: 'dice' is none of consensus, majority, criteria, precedence, arbiter.",
            "tasks.talk.discuss.participants: 'a b' is no name: 1 to 50 letters, digits, '-' and '_'.",
            "tasks.talk.discuss: the role of 'a b' is missing.",
        ]);
    }

    private static RunDriver Started(Discussion terms, Action<PlannedTask>? with = null)
    {
        terms.Question = "Which colour for ${request}?";
        terms.Participants.Add(new[] { "ann", "bob", "eve" }.Select(name => new Participant { Name = name, Role = "worker" }));
        var task = new PlannedTask { Id = "talk", Discuss = terms };
        with?.Invoke(task);
        var plan = Of(task);
        plan.Result = Output(("decision", Value.ForString("${talk.decision}")));
        return RunDriver.Started(plan);
    }

    private static void Say(RunDriver run, int round, params string[] positions)
    {
        foreach (var (who, position) in new[] { "ann", "bob", "eve" }.Zip(positions))
        {
            run.Work($"talk/turn-{round}-{who}", ("position", Value.ForString(position)));
        }
    }
}
