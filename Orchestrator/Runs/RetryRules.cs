using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Whether and when a failed attempt is followed by another.</summary>
internal static class RetryRules
{
    public const int DefaultMaxAttempts = 3;

    /// <summary>Refusals in a row after which nobody will take the task: more than an hour with the default back-off.</summary>
    public const int MaxRefusals = 100;

    /// <summary>Full instances in a row after which the next is tried later.</summary>
    public const int FullAtOnce = 5;

    /// <summary>How the failure is to be treated, also where the agent did not say.</summary>
    public static FailureClass ClassOf(Failure failure) => failure.FailureClass != FailureClass.Unspecified
        ? failure.FailureClass
        : failure.Retryable ? FailureClass.Transient : FailureClass.Permanent;

    /// <summary>Attempts in all: as the plan says, or 3. A run made for a task tries again inside, so it is made once.</summary>
    public static int MaxAttempts(TaskNode task) =>
        task.Definition.Retry?.MaxAttempts is > 0 and var max ? max : task.Doer == Doer.Run ? 1 : DefaultMaxAttempts;

    /// <summary>Whether another attempt may follow the failures so far.</summary>
    /// <param name="failures">With this one.</param>
    public static bool MayRetry(TaskNode task, Failure failure, int failures) => Counts(failure)
        ? ClassOf(failure) is FailureClass.Transient or FailureClass.InvalidOutput && failures < MaxAttempts(task)
        : failure.Code == FailureCodes.InstanceFull || task.Refusals + 1 < MaxRefusals;

    /// <summary>
    /// How long to wait: nothing when the instance is gone or the output was invalid (another instance, or the same with
    /// the violations, can start at once), otherwise exponential back-off with a jitter of 20 %, at most the cap.
    /// </summary>
    /// <remarks>The jitter follows from run, task and count, so that a replay gives the same time.</remarks>
    /// <param name="failures">With this one.</param>
    public static TimeSpan Delay(string runId, TaskNode task, Failure failure, int failures)
    {
        if (ClassOf(failure) == FailureClass.InvalidOutput || IsLoss(failure))
        {
            return TimeSpan.Zero;
        }

        // One that is full is known to be full from now on, so the next choice can be made at once; but not for ever.
        var tries = Counts(failure) ? failures : task.Refusals + 1;
        if (failure.Code == FailureCodes.InstanceFull && (tries -= FullAtOnce) <= 0)
        {
            return TimeSpan.Zero;
        }

        var backoff = task.Definition.Retry?.Backoff is > 0 and var first ? first : 1;
        var cap = task.Definition.Retry?.MaxBackoff is > 0 and var most ? most : 60;
        var jitter = 0.8 + (0.4 * (StableHash($"{runId}/{task.Id}/{tries}") % 1000 / 1000.0));
        return TimeSpan.FromSeconds(Math.Min(cap, backoff * Math.Pow(2, Math.Clamp(tries - 1, 0, 30)) * jitter));
    }

    /// <summary>Whether the failure counts against the task's attempts: an instance without room was none.</summary>
    public static bool Counts(Failure failure) => failure.Code is not (FailureCodes.InstanceFull or FailureCodes.InstanceRefused);

    /// <summary>Whether the instance, not the work, was the trouble.</summary>
    public static bool IsLoss(Failure failure) => failure.Code is FailureCodes.InstanceLost or FailureCodes.Timeout;

    /// <summary>Whether the next attempt goes to another instance where there is one.</summary>
    public static bool AvoidsInstance(Failure failure) => IsLoss(failure) || failure.Code == FailureCodes.InstanceRefused;

    // FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    private static uint StableHash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}

/// <summary>Codes of failures that the orchestrator itself gives.</summary>
internal static class FailureCodes
{
    /// <summary>The instance died or was cut off.</summary>
    public const string InstanceLost = "INSTANCE_LOST";

    /// <summary>The instance had no room: the attempt does not count.</summary>
    public const string InstanceFull = "INSTANCE_FULL";

    /// <summary>The instance would not take the attempt: the attempt does not count.</summary>
    public const string InstanceRefused = "INSTANCE_REFUSED";

    /// <summary>The time of an attempt, a task, a decision or a run is up.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>A budget is used up.</summary>
    public const string BudgetExhausted = "BUDGET_EXHAUSTED";

    /// <summary>The output breaks the contract.</summary>
    public const string InvalidOutput = "INVALID_OUTPUT";

    /// <summary>The input breaks the contract.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>No instance of the role came in time.</summary>
    public const string NoAgent = "NO_AGENT";

    /// <summary>The reviewed output did not reach its score.</summary>
    public const string ReviewFailed = "REVIEW_FAILED";

    /// <summary>A discussion came to no decision.</summary>
    public const string NoDecision = "NO_DECISION";

    /// <summary>A person rejected it.</summary>
    public const string Rejected = "REJECTED";

    /// <summary>The run that was made for a task failed and did not say why.</summary>
    public const string SubRunFailed = "SUB_RUN_FAILED";

    /// <summary>The run that was made for a task was cancelled.</summary>
    public const string SubRunCancelled = "SUB_RUN_CANCELLED";

    /// <summary>A condition, a foreach, a time or the nesting of runs cannot be as the plan has it.</summary>
    public const string InvalidPlan = "INVALID_PLAN";
}
