using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Outputs that must reach a score before other tasks see them.</summary>
internal static class Reviews
{
    /// <summary>Who reviews.</summary>
    public static string Role(ReviewGate gate) => gate.Role.Length > 0 ? gate.Role : "reviewer";

    /// <summary>What follows for an output that waits for its review.</summary>
    public static RunEvent Next(RunState state, TaskNode task) => Disputes.Next(state, task) ?? Request(task);

    /// <summary>A review is given: it counts, or it is asked for again.</summary>
    public static void OnSucceed(RunState state, TaskNode review, RunInput.Succeed succeed, DateTimeOffset now, List<RunEvent> events)
    {
        if (Values.Number(succeed.Output, "score") is not (>= 0 and <= 100 and var number))
        {
            Outcomes.OnFail(state, review, Outcomes.Invalid("The review", ["output.score must be a number from 0 to 100"]), "", now, events);
            return;
        }

        var task = review.Parent!;
        var gate = task.Definition.Review;
        var score = (int)number;
        var all = Disputes.Findings(succeed.Output).Count();
        var findings = Disputes.Counting(task, succeed.Output).ToList();
        // A review that objects to nothing but what was dismissed does not keep the output back.
        var good = (score >= PlanRules.Threshold(gate) && Values.Text(succeed.Output, "verdict") != "rejected") || (all > 0 && findings.Count == 0 && task.Rulings.Count > 0);
        var last = task.Round - task.EarlierRounds >= PlanRules.MaxRounds(gate);
        var accept = last && gate.OnExhausted == "accept";
        var scored = new ReviewScored
        {
            TaskId = task.Id,
            Round = task.Round,
            Score = score,
            Summary = Values.Text(succeed.Output, "summary"),
            Verdict = good ? "approved" : accept ? "accepted" : "revise",
            High = Count(findings, "HIGH"),
            Medium = Count(findings, "MEDIUM"),
            Low = Count(findings, "LOW"),
            Dismissed = all - findings.Count,
        };
        events.Add(Outcomes.Output(review, succeed));
        events.Add(new RunEvent { ReviewScored = scored });
        if (good || accept)
        {
            return;
        }

        if (last)
        {
            events.Add(Fallbacks.Ending(task, Failed(
                $"Scored {score} of 100 in round {task.Round}, the last; {PlanRules.Threshold(gate)} are wanted. {scored.Summary}".TrimEnd())));
            return;
        }

        events.Add(new RunEvent { RevisionRequested = new RevisionRequested { TaskId = task.Id, Round = task.Round } });
        events.Add(Outcomes.Queued(state, task, null, succeed.Usage));
    }

    /// <summary>The failure of a task because of its review.</summary>
    public static Failure Failed(string message) =>
        new() { Code = FailureCodes.ReviewFailed, Message = message, FailureClass = FailureClass.Permanent };

    private static RunEvent Request(TaskNode task)
    {
        var gate = task.Definition.Review;
        var round = task.Round + 1;
        var review = new PlannedTask
        {
            Id = PlanRules.ReviewId(task.Id, round),
            Title = $"Review of {(task.Definition.Title.Length > 0 ? task.Definition.Title : task.Id)}",
            Role = Role(gate),
            TaskType = gate.TaskType.Length > 0 ? gate.TaskType : "review",
            Description = $"Review round {round} of '{task.Id}'",
            Input = new Struct
            {
                Fields =
                {
                    ["output"] = Value.ForString($"${{{task.Id}}}"),
                    ["task"] = Value.ForStruct(new Struct
                    {
                        Fields =
                        {
                            ["description"] = Value.ForString(task.Definition.Description),
                            ["requirements"] = Value.ForList([.. task.Definition.Requirements.Select(Value.ForString)]),
                        },
                    }),
                    ["rubric"] = Value.ForList([.. gate.Rubric.Concat(Disputes.Rubric(task)).Select(Value.ForString)]),
                    ["threshold"] = Value.ForNumber(PlanRules.Threshold(gate)),
                },
            },
        };
        review.Priority = task.Definition.Priority;
        return new RunEvent { ReviewRequested = new ReviewRequested { TaskId = task.Id, Round = round, ReviewTask = review } };
    }

    private static int Count(List<Struct> findings, string severity) => findings.Count(finding => Values.Text(finding, "severity") == severity);
}
