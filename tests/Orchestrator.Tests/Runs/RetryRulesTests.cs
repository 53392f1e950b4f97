using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>Each class of failure and its rule: transient, invalid output, refused, permanent; and refusals, which are no attempts.</summary>
public class RetryRulesTests
{
    private static RunDriver With(int maxAttempts = 0, double backoff = 0, double maxBackoff = 0) => RunDriver.Started(Of(
        Task("a").With(task => task.Retry = new RetryPolicy { MaxAttempts = maxAttempts, Backoff = backoff, MaxBackoff = maxBackoff })));

    private static int AttemptsUntilItFails(RunDriver run, FailureClass kind, string code = "BROKEN")
    {
        var attempts = 0;
        for (; run.State.Status == State.InProgress && attempts < 500; attempts++)
        {
            run.Start("a");
            run.Fail("a", kind, code).ShouldBeNull();
        }

        return attempts;
    }

    [Theory]
    [InlineData(FailureClass.Transient, 0, 3)]
    [InlineData(FailureClass.Transient, 5, 5)]
    [InlineData(FailureClass.Transient, 1, 1)]
    [InlineData(FailureClass.InvalidOutput, 0, 3)]
    [InlineData(FailureClass.InvalidOutput, 2, 2)]
    [InlineData(FailureClass.Refused, 5, 1)]
    [InlineData(FailureClass.Permanent, 5, 1)]
    public void Fail_OfEachClass_HasSoManyAttempts(FailureClass kind, int maxAttempts, int expected) =>
        AttemptsUntilItFails(With(maxAttempts), kind).ShouldBe(expected);

    [Theory]
    [InlineData(true, FailureClass.Transient)]
    [InlineData(false, FailureClass.Permanent)]
    public void ClassOf_AgentDidNotSay_FollowsFromRetryable(bool retryable, FailureClass expected) =>
        RetryRules.ClassOf(new Failure { Retryable = retryable }).ShouldBe(expected);

    [Fact]
    public void ClassOf_RefusedAndRetryable_IsRefused() =>
        RetryRules.ClassOf(new Failure { Retryable = true, FailureClass = FailureClass.Refused }).ShouldBe(FailureClass.Refused);

    [Theory]
    [InlineData(FailureCodes.InstanceFull)]
    [InlineData(FailureCodes.InstanceRefused)]
    public void Fail_InstanceWithoutRoom_IsNoAttemptAgainstTheTask(string code)
    {
        var run = With(maxAttempts: 1);
        for (var i = 0; i < 20; i++)
        {
            run.Start("a");
            run.Fail("a", FailureClass.Transient, code).ShouldBeNull();
            run.Queued().ShouldBe(["a"]);
        }

        (run.State.Find("a")!.NotBefore - run.Now).TotalSeconds.ShouldBe(60, 12.1); // and it does not spin
        run.Work("a");
        run.State.Status.ShouldBe(State.Completed);
    }

    [Fact]
    public void Delay_FullInstance_AnotherIsTriedAtOnceAFewTimes()
    {
        var run = With();
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            run.Start("a");
            run.Fail("a", FailureClass.Transient, FailureCodes.InstanceFull).ShouldBeNull();
            waits.Add((run.State.Find("a")!.NotBefore - run.Now).TotalSeconds);
        }

        waits.Take(RetryRules.FullAtOnce).ShouldAllBe(wait => wait == 0);
        waits.Skip(RetryRules.FullAtOnce).ShouldAllBe(wait => wait > 0.7);
    }

    [Fact]
    public void Fail_EverybodyRefuses_FailsInTheEnd() =>
        AttemptsUntilItFails(With(), FailureClass.Transient, FailureCodes.InstanceRefused).ShouldBe(RetryRules.MaxRefusals);

    [Fact]
    public void Delay_Transient_DoublesWithJitterUpToTheCap()
    {
        var task = With(maxAttempts: 100, backoff: 2, maxBackoff: 30).State.Find("a")!;
        var failure = new Failure { Code = "BROKEN", FailureClass = FailureClass.Transient };
        Prop.ForAll(Gen.Choose(1, 99).ToArbitrary(), Gen.Choose(0, 100_000).ToArbitrary(), (failures, run) =>
        {
            var delay = RetryRules.Delay($"run-{run}", task, failure, failures).TotalSeconds;
            var plain = 2 * Math.Pow(2, failures - 1);
            return delay <= 30 && delay >= Math.Min(30, plain * 0.8) && delay <= plain * 1.2
                && delay.Equals(RetryRules.Delay($"run-{run}", task, failure, failures).TotalSeconds);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

        Enumerable.Range(0, 100).Select(run => RetryRules.Delay($"run-{run}", task, failure, 1)).Distinct().Count().ShouldBeGreaterThan(50);
    }

    [Theory]
    [InlineData(FailureClass.InvalidOutput, "INVALID_OUTPUT")]
    [InlineData(FailureClass.Transient, "INSTANCE_LOST")]
    [InlineData(FailureClass.Transient, "TIMEOUT")]
    public void Delay_AnotherInstanceOrNewKnowledge_StartsAtOnce(FailureClass kind, string code) =>
        RetryRules.Delay("run-1", With(backoff: 50).State.Find("a")!, new Failure { Code = code, FailureClass = kind }, 2).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void Succeed_AfterFailures_RevisionHasABudgetOfItsOwn()
    {
        var run = RunDriver.Started(Of(Task("a").With(task => (task.Review, task.Retry) = (new ReviewGate { Threshold = 90 }, new RetryPolicy { MaxAttempts = 2 }))));
        run.Start("a");
        run.Fail("a", FailureClass.Transient);
        run.Work("a");
        run.Work("a/review-1", ("score", Google.Protobuf.WellKnownTypes.Value.ForNumber(1)));

        run.Start("a");
        run.Fail("a", FailureClass.Transient);

        run.State.Status.ShouldBe(State.InProgress);
    }
}
