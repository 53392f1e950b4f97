using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>What a person can do about a failure.</summary>
internal static class FailureAdvice
{
    private const string Again = "Retry makes a new run that takes over what was finished and does the rest again.";

    /// <summary>A sentence or two.</summary>
    public static string For(Failure failure) => failure.Code switch
    {
        FailureCodes.NoAgent => $"Start an agent of the role that the task needs (the page Agents shows who is there), then retry. {Again}",
        FailureCodes.Timeout => $"Give it more time (time_limit or deadline in the playbook), or make the task smaller. {Again}",
        FailureCodes.InstanceLost => $"See on the page Agents, and in the agent's log, why its instances went away. {Again}",
        FailureCodes.InvalidOutput => $"The agent breaks its own contract: the task's attempts show which rule. Mend the agent, then retry. {Again}",
        FailureCodes.InvalidInput => $"What the task is given does not fit the agent's contract: compare the task's input with the contract on the page Agents. {Again}",
        FailureCodes.ReviewFailed => $"Read the findings of the last review at the task. Lower the threshold, allow more rounds, or let a person accept it (on_exhausted: ask). {Again}",
        FailureCodes.Rejected or FailureCodes.NoDecision => $"The comment, or who should have decided, is at the task. {Again}",
        FailureCodes.SubRunFailed or FailureCodes.SubRunCancelled => $"Open the run that was made for the task: the cause is there. {Again}",
        FailureCodes.InvalidPlan => $"The history has the violations. Mend the playbook, or ask in other words. {Again}",
        _ when failure.Code.Contains("BUDGET", StringComparison.Ordinal) => $"Raise the budget in the playbook or at submission; the tab Cost shows where it went. {Again}",
        _ when failure.Code.Contains("POLICY", StringComparison.Ordinal) || failure.Code.Contains("DENIED", StringComparison.Ordinal) => "A policy forbids it: the task's tool calls name the rule, and the page Policies shows it.",
        _ when failure.Code.Contains("MODEL", StringComparison.Ordinal) => $"See that the language model can be reached and the setting named above is right. {Again}",
        _ when failure.Retryable => Again,
        _ => $"Read the task's attempts for the cause, mend it, then retry. {Again}",
    };
}
