using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Outputs that must reach a score before other tasks see them.</summary>
/// <remarks>
/// <code>
///   output → REVIEW ─→ every reviewer of the gate at once ─→ ReviewScored: their scores, combined
///              ↑                                                │
///              └──────── revision ←── below, rounds left ───────┼─→ good: COMPLETED
///                                                               └─→ below, last round: fails, is accepted, or a person is asked
/// </code>
/// </remarks>
internal static class Reviews
{
    public const string Ask = "ask";
    private const string Escalated = "escalated";

    /// <summary>Who reviews, for a finding or in all.</summary>
    /// <param name="reviewer">Name of the reviewer; empty: there is one.</param>
    public static string Role(ReviewGate gate, string reviewer = "") =>
        gate.Reviewers.FirstOrDefault(one => one.Name == reviewer)?.Role is { Length: > 0 } role ? role : gate.Role.Length > 0 ? gate.Role : "reviewer";

    /// <summary>Every role that reviews.</summary>
    public static IEnumerable<string> Roles(ReviewGate gate) => gate.Reviewers.Count == 0 ? [Role(gate)] : gate.Reviewers.Select(one => Role(gate, one.Name));

    /// <summary>What follows for an output that waits for its review.</summary>
    public static RunEvent Next(RunState state, TaskNode task) => Disputes.Next(state, task) ?? Request(task);

    /// <summary>A review is given: it counts, or it is asked for again.</summary>
    public static void OnSucceed(RunState state, TaskNode review, RunInput.Succeed succeed, DateTimeOffset now, List<RunEvent> events)
    {
        if (Values.Number(succeed.Output, "score") is not (>= 0 and <= 100))
        {
            Outcomes.OnFail(state, review, Outcomes.Invalid("The review", ["output.score must be a number from 0 to 100"]), "", now, events);
            return;
        }

        events.Add(Outcomes.Output(review, succeed));
        var task = review.Parent!;
        if (!IsWanted(review) || Outputs(state, task, review, succeed.Output) is not { } outputs)
        {
            return; // others of the round are still at it
        }

        var gate = task.Definition.Review;
        var scored = ReviewScores.Of(task, outputs);
        events.Add(new RunEvent { ReviewScored = scored });
        if (scored.Verdict == ReviewScores.Approved)
        {
            return;
        }

        if (task.Round - task.EarlierRounds < PlanRules.MaxRounds(gate))
        {
            events.Add(new RunEvent { RevisionRequested = new RevisionRequested { TaskId = task.Id, Round = task.Round } });
            events.Add(Outcomes.Queued(state, task, null, succeed.Usage));
        }
        else if (gate.OnExhausted == "accept")
        {
            scored.Verdict = "accepted";
        }
        else if (gate.OnExhausted == Ask)
        {
            scored.Verdict = Escalated;
            events.Add(Approvals.RequestGate(state, task, scored, Combined(outputs), now));
        }
        else
        {
            events.Add(Fallbacks.Ending(task, Failed($"{Describe(task, scored)} {scored.Summary}".TrimEnd())));
        }
    }

    /// <summary>A review cannot be had: what it was to review fails.</summary>
    public static void OnLost(RunState state, TaskNode review, Failure failure, List<RunEvent> events)
    {
        if (!IsWanted(review))
        {
            return;
        }

        events.AddRange(Open(state, review.Parent!).Where(other => other != review).Select(other => new RunEvent { TaskCancelled = new TaskCancelled { TaskId = other.Id } }));
        events.Add(Fallbacks.Ending(review.Parent!, Failed($"It could not be reviewed: {failure.Message}")));
    }

    /// <summary>Reviews of the present round that are not given yet.</summary>
    public static IEnumerable<TaskNode> Open(RunState state, TaskNode task) =>
        Ids(task, task.Round).Select(state.Find).OfType<TaskNode>().Where(review => !review.Status.IsTerminal());

    /// <summary>What the author is told of a round: the review, or all of them as one.</summary>
    public static Struct? Told(RunState state, TaskNode task, int round)
    {
        if (task.Definition.Review.Reviewers.Count == 0)
        {
            return state.Find(PlanRules.ReviewId(task.Id, round))?.Output;
        }

        return Combined([.. Ids(task, round).Select(id => state.Find(id)?.Output ?? new Struct()).Zip(task.Definition.Review.Reviewers, (output, who) => (who.Name, output))]);
    }

    /// <summary>For people: what the last round came to.</summary>
    public static string Describe(TaskNode task, ReviewScored scored)
    {
        var gate = task.Definition.Review;
        var parts = scored.Parts.Count == 0 ? "" : $" ({string.Join(", ", scored.Parts.Select(part => $"{part.Reviewer} {part.Score}"))})";
        return $"Scored {scored.Score} of 100{parts} in round {scored.Round}, the last; {PlanRules.Threshold(gate)} are wanted.";
    }

    private static Failure Failed(string message) =>
        new() { Code = FailureCodes.ReviewFailed, Message = message, FailureClass = FailureClass.Permanent };

    // One of a round that is over, because the task failed meanwhile, does not count.
    private static bool IsWanted(TaskNode review) =>
        review.Parent is { Status: State.Review, ReviewOpen: true } task && Ids(task, task.Round).Contains(review.Id);

    private static IEnumerable<string> Ids(TaskNode task, int round) => task.Definition.Review.Reviewers.Count == 0
        ? [PlanRules.ReviewId(task.Id, round)]
        : task.Definition.Review.Reviewers.Select(who => $"{PlanRules.ReviewId(task.Id, round)}-{who.Name}");

    // Null: not all of the round are given.
    private static List<(string Reviewer, Struct Output)>? Outputs(RunState state, TaskNode task, TaskNode given, Struct output)
    {
        var reviewers = task.Definition.Review.Reviewers;
        if (reviewers.Count == 0)
        {
            return [("", output)];
        }

        var outputs = new List<(string Reviewer, Struct Output)>(reviewers.Count);
        foreach (var (id, who) in Ids(task, task.Round).Zip(reviewers))
        {
            if (id == given.Id)
            {
                outputs.Add((who.Name, output));
            }
            else if (state.Find(id) is { Status: State.Completed } other)
            {
                outputs.Add((who.Name, other.Output!));
            }
            else
            {
                return null;
            }
        }

        return outputs;
    }

    private static Struct Combined(List<(string Reviewer, Struct Output)> outputs)
    {
        if (outputs is [("", var only)])
        {
            return only;
        }

        var findings = outputs.SelectMany(one => Disputes.Findings(one.Output).Select(finding => Of(one.Reviewer, finding)));
        return new Struct
        {
            Fields =
            {
                ["score"] = Value.ForNumber(outputs.Min(one => Values.Number(one.Output, "score") ?? 0)),
                ["summary"] = Value.ForString(Summary(outputs)),
                ["findings"] = Value.ForList([.. findings.Select(Value.ForStruct)]),
                ["reviews"] = Value.ForStruct(new Struct { Fields = { outputs.ToDictionary(one => one.Reviewer, one => Value.ForStruct(Head(one.Output))) } }),
            },
        };

        // A lens is what its findings argue with unless they say otherwise.
        static Struct Of(string reviewer, Struct finding)
        {
            var told = finding.Clone();
            told.Fields["reviewer"] = Value.ForString(reviewer);
            if (Values.Text(finding, "criterion").Length + Values.Text(finding, "category").Length == 0)
            {
                told.Fields["criterion"] = Value.ForString(reviewer);
            }

            return told;
        }

        static Struct Head(Struct output) => new() { Fields = { output.Fields.Where(field => field.Key is "score" or "verdict" or "summary").ToDictionary() } };
    }

    /// <summary>The summaries of all reviewers in one.</summary>
    internal static string Summary(IEnumerable<(string Reviewer, Struct Output)> outputs) => string.Join(' ', outputs
        .Select(one => (one.Reviewer, Text: Values.Text(one.Output, "summary"))).Where(one => one.Text.Length > 0).Select(one => one.Reviewer.Length > 0 ? $"{one.Reviewer}: {one.Text}" : one.Text));

    private static RunEvent Request(TaskNode task)
    {
        var gate = task.Definition.Review;
        var round = task.Round + 1;
        var requested = new ReviewRequested { TaskId = task.Id, Round = round };
        if (gate.Reviewers.Count == 0)
        {
            requested.ReviewTask = Review(task, new GateReviewer(), PlanRules.ReviewId(task.Id, round), round);
        }
        else
        {
            requested.ReviewTasks.Add(gate.Reviewers.Zip(Ids(task, round), (who, id) => Review(task, who, id, round)));
        }

        return new RunEvent { ReviewRequested = requested };
    }

    private static PlannedTask Review(TaskNode task, GateReviewer who, string id, int round)
    {
        var gate = task.Definition.Review;
        return new PlannedTask
        {
            Id = id,
            Title = $"Review of {(task.Definition.Title.Length > 0 ? task.Definition.Title : task.Id)}{(who.Name.Length > 0 ? $": {who.Name}" : "")}",
            Role = Role(gate, who.Name),
            TaskType = who.TaskType.Length > 0 ? who.TaskType : gate.TaskType.Length > 0 ? gate.TaskType : "review",
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
                    ["rubric"] = Value.ForList([.. gate.Rubric.Concat(who.Rubric).Concat(Disputes.Rubric(task)).Select(Value.ForString)]),
                    ["threshold"] = Value.ForNumber(ReviewScores.Threshold(gate, who)),
                },
            },
            Priority = task.Definition.Priority,
        };
    }
}
