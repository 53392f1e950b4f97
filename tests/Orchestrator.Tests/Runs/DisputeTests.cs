using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>An author contests a finding: both positions are heard, it is ruled, and the ruling is carried out.</summary>
public class DisputeTests
{
    private const string Unsafe = """[{"id":"F1","title":"Timing attack","severity":"HIGH","criterion":"security","message":"It leaks.","remedy":"hash asynchronously"}]""";

    [Fact]
    public void Precedence_ByDefault_SecurityStandsAndTheAuthorIsTold()
    {
        var run = Reviewed(Unsafe);
        Contest(run, new Contest { Finding = "F1", Position = "hash synchronously", Criterion = "performance", Arguments = { "It is faster." } });

        var ruling = run.Log.Single(e => e.DisputeRuled is not null).DisputeRuled.Ruling;
        (ruling.Finding, ruling.Outcome, ruling.Decision, ruling.Rule).ShouldBe(("Timing attack", "stands", "hash asynchronously", "precedence"));
        ruling.Reasons.ShouldBe(["reviewer argues with security, author with performance: security comes first."]);
        var positions = run.Log.Single(e => e.DiscussionRuled is not null).DiscussionRuled.Output.Fields["positions"].ToString();
        positions.ShouldContain("It is faster.");
        positions.ShouldContain("It leaks.");
        run.Queued().ShouldBe(["write"]); // no round of review for what was ruled out
        run.Start("write");
        var revision = Assignments.Of(run.State, run.State.Find("write")!).Revision;
        (revision.Round, revision.Rulings.Single().Decision).ShouldBe((1, "hash asynchronously"));
        run.Succeed("write", 3).ShouldBeNull();
        Rubric(run, "write/review-2").ShouldContain("hash asynchronously");
        Review(run, 2, 95, "[]");
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Criteria_OfThePlan_PerformanceFirst_TheFindingIsDismissedAndDoesNotCount()
    {
        var run = Reviewed(Unsafe, plan => plan.Disputes = new DisputeTerms { Criteria = { new Criterion { Name = "performance" }, new Criterion { Name = "security" } } });
        Contest(run, new Contest { Finding = "timing attack", Position = "hash synchronously", Criterion = "performance" });

        run.Log.Single(e => e.DisputeRuled is not null).DisputeRuled.Ruling.Outcome.ShouldBe("dismissed");
        Rubric(run, "write/review-2").ShouldContain("is dismissed");
        Review(run, 2, 60, Unsafe); // the reviewer insists
        var scored = run.Log.Last(e => e.ReviewScored is not null).ReviewScored;
        (scored.Verdict, scored.High, scored.Dismissed).ShouldBe(("approved", 0, 1));
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Criteria_OfTheGate_GoBeforeThePlans()
    {
        var run = Reviewed(
            Unsafe, plan => plan.Disputes = new DisputeTerms { Criteria = { new Criterion { Name = "performance" } } }, gate => gate.Disputes = new DisputeTerms { Criteria = { new Criterion { Name = "security" } } });
        Contest(run, new Contest { Finding = "F1", Position = "x", Criterion = "performance" });

        run.State.Find("write")!.Rulings.Single().Outcome.ShouldBe("stands");
    }

    [Fact]
    public void Rounds_BothAreHeardAgain_AndMayFindAThirdWay()
    {
        var run = Reviewed(Unsafe, gate: gate => gate.Disputes = new DisputeTerms { Rounds = 1 });
        Contest(run, new Contest { Finding = "F1", Position = "${request}", Criterion = "performance" });

        run.Queued().ShouldBe(["write/dispute-1/turn-1-author", "write/dispute-1/turn-1-reviewer"]);
        run.Start("write/dispute-1/turn-1-reviewer");
        var input = Assignments.Of(run.State, run.State.Find("write/dispute-1/turn-1-reviewer")!).Task.InputData;
        input.Fields["question"].StringValue.ShouldBe("Does the finding \"Timing attack\" stand?");
        input.Fields["said"].ListValue.Values[0].StructValue.Fields["said"].StructValue.Fields["position"].StringValue.ShouldBe("${request}"); // as it was said
        run.Succeed("write/dispute-1/turn-1-reviewer", 1, ("position", Value.ForString("bcrypt, asynchronous"))).ShouldBeNull();
        run.Work("write/dispute-1/turn-1-author", ("position", Value.ForString("bcrypt, asynchronous")));

        var ruling = run.State.Find("write")!.Rulings.Single();
        (ruling.Outcome, ruling.Rule, ruling.Decision).ShouldBe(("stands", "consensus", "bcrypt, asynchronous"));
    }

    [Fact]
    public void Arbiter_WhenBothArgueAlike_MayDecideSomethingElse()
    {
        var run = Reviewed(Unsafe, gate: gate => gate.Disputes = new DisputeTerms { Arbiter = new Participant { Role = "worker" } });
        Contest(run, new Contest { Finding = "F1", Position = "x", Criterion = "security" });
        run.Work("write/dispute-1/arbiter", ("position", Value.ForString("neither")));

        var ruling = run.State.Find("write")!.Rulings.Single();
        (ruling.Outcome, ruling.Decision, ruling.Rule).ShouldBe(("changed", "neither", "arbiter"));
        run.Queued().ShouldBe(["write"]);
    }

    [Fact]
    public void Nothing_Decides_TheFindingStands()
    {
        var run = Reviewed(Unsafe);
        Contest(run, new Contest { Finding = "F1", Position = "x", Criterion = "security" });

        var ruling = run.State.Find("write")!.Rulings.Single();
        (ruling.Outcome, ruling.Rule, ruling.Decision).ShouldBe(("stands", "", "hash asynchronously"));
        ruling.Reasons.Single().ShouldEndWith("So the finding stands.");
    }

    [Fact]
    public void Contest_OfNoFindingOrTwice_IsAnInvalidOutput()
    {
        var run = Reviewed(Unsafe);
        run.Start("write");
        run.Do(With(2, new Contest { Finding = "F9", Position = "x" })).ShouldBeNull();
        run.State.Find("write")!.LastFailure!.Message.ShouldContain("'F9' is no finding of the review; these are: 'Timing attack'");
        run.Start("write");
        run.Do(With(3, new Contest { Finding = "F1", Position = "x", Criterion = "style" })).ShouldBeNull();
        run.Start("write");

        run.Do(With(4, new Contest { Finding = "Timing attack", Position = "y" })).ShouldBeNull();

        run.State.Find("write")!.LastFailure!.Message.ShouldContain("can be contested once");
    }

    [Fact]
    public void Contest_WithoutReview_IsAnInvalidOutput()
    {
        var run = RunDriver.Started(Of(Task("write")));
        run.Start("write");
        run.Do(With(1, new Contest { Finding = "F1", Position = "x" })).ShouldBeNull();

        run.State.Find("write")!.LastFailure!.Message.ShouldContain("no review has sent the output back");
    }

    [Fact]
    public void Deadline_WhileInDispute_StopsTheTurns()
    {
        var run = Reviewed(Unsafe, gate: gate => gate.Disputes = new DisputeTerms { Rounds = 1 }, task: task => task.Deadline = 60);
        Contest(run, new Contest { Finding = "F1", Position = "x" });
        run.Start("write/dispute-1/turn-1-author");
        run.Pass(60);

        run.State.Failure!.Code.ShouldBe("TIMEOUT");
        run.State.Tasks.ShouldAllBe(task => task.Status.IsTerminal());
    }

    [Fact]
    public void Snapshot_AnywhereInTheDispute_GoesOnAlike()
    {
        var run = Reviewed(Unsafe, gate: gate => gate.Disputes = new DisputeTerms { Rounds = 1 });
        Contest(run, new Contest { Finding = "F1", Position = "x", Criterion = "performance" });
        run.Work("write/dispute-1/turn-1-author", ("position", Value.ForString("x")), ("criterion", Value.ForString("performance")));
        run.Work("write/dispute-1/turn-1-reviewer", ("position", Value.ForString("y")), ("criterion", Value.ForString("security")));
        run.Work("write");
        Review(run, 2, 90, Unsafe);
        var whole = RunViews.Run(run.State, true, run.Now);

        for (var at = 1; at < run.Log.Count; at++)
        {
            var (loaded, _) = RunSnapshot.Load(RunSnapshot.Save(RunState.Load(run.Log.Take(at)), ByteString.Empty), run.Log.Skip(at))!.Value;
            RunViews.Run(loaded, true, run.Now).ShouldBe(whole, $"at {at}");
        }

        whole.Tasks[0].Rulings.Single().Outcome.ShouldBe("stands");
    }

    [Fact]
    public void Violations_BadTerms_NameFieldAndValue()
    {
        var plan = Of(Task("write").With(task => task.Review = new ReviewGate { Disputes = new DisputeTerms { Decide = "dice" } }));
        plan.Disputes = new DisputeTerms { Decide = "criteria" };

        PlanRules.Violations(plan).ShouldBe(
        [
            "tasks.write.review.disputes.decide: 'dice' is none of consensus, majority, criteria, precedence, arbiter.",
            "disputes.criteria: each wants a weight above 0, and there must be one at least.",
            "disputes.rounds: 'criteria' wants points, which are given in at least one round; it is 0.",
        ]);
    }

    private static RunDriver Reviewed(string findings, Action<Plan>? plan = null, Action<ReviewGate>? gate = null, Action<PlannedTask>? task = null)
    {
        var write = Task("write").With(one => one.Review = new ReviewGate { Threshold = 80 });
        gate?.Invoke(write.Review);
        task?.Invoke(write);
        var whole = Of(write);
        plan?.Invoke(whole);
        var run = RunDriver.Started(whole);
        run.Work("write");
        Review(run, 1, 60, findings);
        return run;
    }

    private static void Review(RunDriver run, int round, int score, string findings) =>
        run.Work($"write/review-{round}", ("score", Value.ForNumber(score)), ("findings", Value.Parser.ParseJson(findings)));

    private static void Contest(RunDriver run, Contest contest)
    {
        run.Start("write");
        run.Do(With(run.State.Find("write")!.Attempt, contest)).ShouldBeNull();
    }

    private static RunInput.Succeed With(int attempt, Contest contest) => new("write", attempt, Output(), null, [], null, 1) { Contested = [contest] };

    private static string Rubric(RunDriver run, string reviewId)
    {
        run.Start(reviewId);
        var text = Assignments.Of(run.State, run.State.Find(reviewId)!).Task.InputData.Fields["rubric"].ToString();
        run.Do(new RunInput.Fail(reviewId, 1, new Failure { Code = "INSTANCE_FULL", FailureClass = FailureClass.Transient })).ShouldBeNull();
        return text;
    }
}
