using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>Several reviewers with a lens each pass one gate, or a person is asked.</summary>
public class ReviewersTests
{
    private static readonly Principal s_ann = new() { Name = "ann", Tenant = "t" };

    [Fact]
    public void Output_WithSeveralReviewers_GoesToAllAtOnce()
    {
        var run = Written(Lenses());

        run.Queued().ShouldBe(["write/review-1-security", "write/review-1-performance", "write/review-1-quality"]);
        run.Start("write/review-1-performance");
        var input = Assignments.Of(run.State, run.State.Find("write/review-1-performance")!).Task.InputData.Fields;
        input["rubric"].ToString().ShouldBe("[ \"be kind\", \"be fast\" ]");
        input["threshold"].NumberValue.ShouldBe(60);
        input["output"].StructValue.ShouldBe(Output(("text", Value.ForString("draft"))));
    }

    [Theory]
    [InlineData("", 90, 60, 90, "approved", 60)]
    [InlineData("all", 90, 59, 90, "revise", 59)]
    [InlineData("all", 79, 90, 90, "revise", 79)]
    [InlineData("min", 90, 80, 90, "approved", 80)]
    [InlineData("min", 90, 79, 90, "revise", 79)]
    [InlineData("mean", 70, 100, 80, "approved", 78)]
    [InlineData("mean", 60, 100, 100, "revise", 76)]
    public void Scores_OfAll_CombineAsDeclared(string combine, int security, int performance, int quality, string verdict, int score)
    {
        var gate = Lenses(combine);
        if (combine == "mean")
        {
            (gate.Reviewers[0].Weight, gate.Threshold) = (3, 78);
        }

        var run = Written(gate);
        Review(run, "write/review-1-quality", quality);
        Review(run, "write/review-1-security", security);
        run.StatusOf("write").ShouldBe(State.Review); // one is missing
        Review(run, "write/review-1-performance", performance);

        var scored = run.Log.Single(e => e.ReviewScored is not null).ReviewScored;
        (scored.Verdict, scored.Score).ShouldBe((verdict, score));
        scored.Parts.Select(part => (part.Reviewer, part.Score)).ShouldBe([("security", security), ("performance", performance), ("quality", quality)]);
        run.StatusOf("write").ShouldBe(verdict == "approved" ? State.Completed : State.Revision);
    }

    [Fact]
    public void Rejection_ByOne_IsNotOutvoted()
    {
        var run = Written(new ReviewGate { Combine = "mean", Threshold = 10, Reviewers = { new GateReviewer { Name = "a" }, new GateReviewer { Name = "b" } } });
        Review(run, "write/review-1-a", 100);
        run.Work("write/review-1-b", ("score", Value.ForNumber(20)), ("verdict", Value.ForString("rejected")));

        run.StatusOf("write").ShouldBe(State.Revision);
    }

    [Fact]
    public void Revision_OfSeveral_TellsTheFindingsOfAllWithTheirLens()
    {
        var run = Written(Lenses());
        Review(run, "write/review-1-security", 10);
        Review(run, "write/review-1-performance", 90);
        Review(run, "write/review-1-quality", 90);
        run.Start("write");

        var review = Assignments.Of(run.State, run.State.Find("write")!).Revision.Review.Fields;
        var findings = review["findings"].ListValue.Values.Select(finding => finding.StructValue.Fields).ToList();
        findings.Select(finding => (finding["reviewer"].StringValue, finding["criterion"].StringValue)).ShouldBe([("security", "security"), ("performance", "performance"), ("quality", "quality")]);
        review["reviews"].StructValue.Fields["security"].StructValue.Fields["score"].NumberValue.ShouldBe(10);
        run.Succeed("write", 2).ShouldBeNull();
        run.Queued().ShouldBe(["write/review-2-security", "write/review-2-performance", "write/review-2-quality"]);
    }

    [Fact]
    public void View_AfterRounds_HasTheScoresOfEach()
    {
        var run = Written(Lenses());
        foreach (var round in new[] { 1, 2 })
        {
            foreach (var lens in new[] { "security", "performance", "quality" })
            {
                Review(run, $"write/review-{round}-{lens}", (round * 40) + 10);
            }

            if (round == 1)
            {
                run.Work("write");
            }
        }

        var (loaded, _) = RunSnapshot.Load(RunSnapshot.Save(run.State, ByteString.Empty), [])!.Value;
        foreach (var state in new[] { run.State, loaded })
        {
            RunViews.Run(state, false, run.Now).Tasks[0].Scores.Select(round => (round.Round, round.Score, round.Verdict, round.Parts.Count)).ShouldBe([(1, 50, "revise", 3), (2, 90, "approved", 3)]);
        }
    }

    [Fact]
    public void Reviewer_CannotBeHad_TheOthersStop()
    {
        var run = Written(Lenses());
        run.Start("write/review-1-quality");
        run.Start("write/review-1-security");
        run.Fail("write/review-1-security", FailureClass.Permanent);

        run.State.Failure!.Code.ShouldBe("REVIEW_FAILED");
        run.State.Tasks.ShouldAllBe(task => task.Status.IsTerminal());
    }

    [Fact]
    public void Reviewer_OfARoundThatIsOver_ChangesNothing()
    {
        var run = Written(Lenses(), task => task.Fallback = new Fallback { Role = "senior" });
        run.Start("write/review-1-quality");
        run.Start("write/review-1-security");
        run.Fail("write/review-1-security", FailureClass.Permanent);
        run.StatusOf("write/review-1-quality").ShouldBe(State.Cancelled);
        run.Work("write");

        run.Queued().ShouldBe(["write/review-2-security", "write/review-2-performance", "write/review-2-quality"]);
    }

    [Theory]
    [InlineData(true, State.Completed)]
    [InlineData(false, State.Failed)]
    public void Exhausted_Ask_APersonAcceptsOrNot(bool approved, State expected)
    {
        var run = Written(new ReviewGate { MaxRounds = 1, OnExhausted = "ask", Ask = new Approval { Deciders = { "ann" }, Deadline = 100, OnTimeout = "fail" } });
        Review(run, "write/review-1", 60);

        run.StatusOf("write").ShouldBe(State.Waiting);
        run.Log.Single(e => e.ReviewScored is not null).ReviewScored.Verdict.ShouldBe("escalated");
        var asked = run.Log.Single(e => e.ApprovalRequested is not null).ApprovalRequested;
        asked.Question.ShouldBe("write: Scored 60 of 100 in round 1, the last; 80 are wanted. Accept it?");
        asked.Evidence.Fields["review"].StructValue.Fields["score"].NumberValue.ShouldBe(60);
        var (loaded, _) = RunSnapshot.Load(RunSnapshot.Save(run.State, ByteString.Empty), [])!.Value;
        loaded.Find("write")!.Approval!.Terms.OnTimeout.ShouldBe("fail");
        run.Do(new RunInput.Decide(new Principal { Name = "bob", Tenant = "t" }, "write", approved, "", "d0"))!.Code.ShouldBe("NOT_A_DECIDER");

        run.Do(new RunInput.Decide(s_ann, "write", approved, "", "d1")).ShouldBeNull();

        run.StatusOf("write").ShouldBe(expected);
        run.State.Find("write")!.Output!.Fields["text"].StringValue.ShouldBe("draft"); // its own output, not the decision
    }

    [Fact]
    public void Exhausted_AskAndNobodyAnswers_AsDeclared()
    {
        var run = Written(new ReviewGate { MaxRounds = 1, OnExhausted = "ask", Ask = new Approval { Deadline = 100, OnTimeout = "approve" } });
        Review(run, "write/review-1", 60);
        run.Pass(100);

        run.StatusOf("write").ShouldBe(State.Completed);
    }

    [Fact]
    public void Finding_OfALens_IsContestedWithTheLensAsItsCriterion()
    {
        var run = Written(Lenses());
        Review(run, "write/review-1-security", 10);
        Review(run, "write/review-1-performance", 90);
        Review(run, "write/review-1-quality", 90);
        run.Start("write");
        run.Do(new RunInput.Succeed("write", 2, Output(), null, [], null, 1) { Contested = [new Contest { Finding = "write/review-1-security", Position = "x", Criterion = "performance" }] }).ShouldBeNull();

        run.State.Find("write")!.Rulings.Single().Reasons.ShouldBe(["reviewer argues with security, author with performance: security comes first."]);
    }

    [Fact]
    public void Violations_BadGate_NameFieldAndValue()
    {
        var gate = new ReviewGate
        {
            Combine = "sum",
            OnExhausted = "shrug",
            Ask = new Approval { OnRejected = "continue" },
            Reviewers = { new GateReviewer { Name = "a b" }, new GateReviewer { Name = "x", Weight = 2 } },
        };

        PlanRules.Violations(Of(Task("a").With(task => task.Review = gate))).ShouldBe(
        [
            "tasks.a.review.on_exhausted: 'shrug' is none of 'fail', 'accept' and 'ask'.",
            "tasks.a.review.combine: 'sum' is none of all, min, mean.",
            "tasks.a.review.ask: it has no effect unless on_exhausted is 'ask'; it is 'shrug'.",
            "tasks.a.review.reviewers: 'a b' must be 1 to 50 letters, digits, '-' and '_', and stand there once.",
            "tasks.a.review.reviewers.weight: 2 of 'x' is no weight from 0, or combine is not 'mean'.",
            "tasks.a.review.ask.on_rejected: 'continue' has no effect: an output that is not accepted fails the task.",
        ]);
    }

    private static ReviewGate Lenses(string combine = "") => new()
    {
        Combine = combine,
        Rubric = { "be kind" },
        Reviewers =
        {
            new GateReviewer { Name = "security" },
            new GateReviewer { Name = "performance", Role = "worker", Rubric = { "be fast" }, Threshold = combine is "min" or "mean" ? 0 : 60 },
            new GateReviewer { Name = "quality" },
        },
    };

    private static RunDriver Written(ReviewGate gate, Action<PlannedTask>? with = null)
    {
        var run = RunDriver.Started(Of(Task("write").With(task =>
        {
            task.Review = gate;
            with?.Invoke(task);
        })));
        run.Work("write", ("text", Value.ForString("draft")));
        return run;
    }

    private static void Review(RunDriver run, string id, int score) =>
        run.Work(id, ("score", Value.ForNumber(score)), ("findings", Value.Parser.ParseJson($$"""[{"title":"{{id}}","severity":"LOW"}]""")));
}
