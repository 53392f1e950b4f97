using Google.Protobuf.WellKnownTypes;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

public class ReviewGateTests
{
    private static RunDriver Written(string onExhausted = "")
    {
        var run = RunDriver.Started(Of(
            Task("write").With(task => task.Review = new ReviewGate { Threshold = 90, MaxRounds = 2, OnExhausted = onExhausted }), Task("use", "write")));
        run.Work("write", ("text", Value.ForString("draft")));
        return run;
    }

    private static void Review(RunDriver run, string reviewId, int score) => run.Work(
        reviewId, ("score", Value.ForNumber(score)), ("verdict", Value.ForString(score >= 90 ? "approved" : "revise")),
        ("findings", Value.ForList(Value.ForStruct(Output(("severity", Value.ForString("HIGH")))))));

    [Fact]
    public void Output_WithGate_GoesToReviewBeforeDependentsSeeIt()
    {
        var run = Written();

        run.StatusOf("write").ShouldBe(State.Review);
        run.State.ShownStatus.ShouldBe(State.InProgress); // "use" is still open
        run.Queued().ShouldBe(["write/review-1"]);
        run.Start("write/review-1");
        Assignments.Of(run.State, run.State.Find("write/review-1")!).Task.InputData.Fields["output"].StructValue
            .ShouldBe(Output(("text", Value.ForString("draft"))));
    }

    [Fact]
    public void Review_Approves_CompletesTheTask()
    {
        var run = Written();

        Review(run, "write/review-1", 95);

        run.StatusOf("write").ShouldBe(State.Completed);
        run.State.Find("write")!.Score.ShouldBe(95);
        run.Queued().ShouldBe(["use"]);
    }

    [Fact]
    public void Review_BelowThreshold_SendsTheOutputBackWithTheReview()
    {
        var run = Written();

        Review(run, "write/review-1", 60);

        run.StatusOf("write").ShouldBe(State.Revision);
        run.Start("write");
        var revision = Assignments.Of(run.State, run.State.Find("write")!).Revision;
        revision.Round.ShouldBe(1);
        revision.PreviousOutput.ShouldBe(Output(("text", Value.ForString("draft"))));
        revision.Review.Fields["score"].NumberValue.ShouldBe(60);
        run.Succeed("write", 2, ("text", Value.ForString("better")));
        Review(run, "write/review-2", 98);
        run.StatusOf("write").ShouldBe(State.Completed);
        run.Log.Where(e => e.ReviewScored != null).Select(e => (e.ReviewScored.Round, e.ReviewScored.Score, e.ReviewScored.High))
            .ShouldBe([(1, 60, 1), (2, 98, 1)]);
    }

    [Theory]
    [InlineData("", State.Failed)]
    [InlineData("accept", State.InProgress)]
    public void Review_LastRoundBelowThreshold_FailsOrAcceptsAsDeclared(string onExhausted, State expected)
    {
        var run = Written(onExhausted);
        Review(run, "write/review-1", 60);
        run.Work("write", ("text", Value.ForString("again")));

        Review(run, "write/review-2", 70);

        run.State.Status.ShouldBe(expected);
        run.State.Find("write")!.Score.ShouldBe(70);
    }

    [Fact]
    public void Review_WithoutScore_IsAnInvalidOutputAndRetried()
    {
        var run = Written();

        run.Work("write/review-1", ("verdict", Value.ForString("approved")));

        run.StatusOf("write").ShouldBe(State.Review);
        run.State.Find("write/review-1")!.LastFailure!.Code.ShouldBe("INVALID_OUTPUT");
        run.Queued().ShouldBe(["write/review-1"]);
    }

    [Fact]
    public void Review_CannotBeHad_FailsTheTask()
    {
        var run = Written();
        run.Start("write/review-1");

        run.Fail("write/review-1", FailureClass.Permanent);

        run.State.Failure!.Code.ShouldBe("REVIEW_FAILED");
    }

    [Fact]
    public void ShownStatus_LastOpenWorkInReview_IsReview()
    {
        var run = RunDriver.Started(Of(Task("write").With(task => task.Review = new ReviewGate())));
        run.Work("write");

        run.State.ShownStatus.ShouldBe(State.Review);
    }
}
