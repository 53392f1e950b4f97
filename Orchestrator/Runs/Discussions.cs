using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Agents that discuss a question in rounds, and how it is decided.</summary>
/// <remarks>
/// <code>
///   round 1: all participants at once ─→ moderator, if any ─→ decided? ─ yes → DiscussionRuled, the task's output
///        ↑                                                       │ no
///        └── next round: each sees what all have said ←──────────┤ rounds left
///                                                                └─→ arbiter, if any, else NO_DECISION
/// </code>
/// A participant whose turn fails abstains.
/// </remarks>
internal static class Discussions
{
    /// <summary>Which kind of work a turn is unless the plan says otherwise.</summary>
    public const string TaskType = "discuss";

    /// <summary>Rounds at the most.</summary>
    public static int Rounds(Discussion discussion) => discussion.Rounds > 0 ? discussion.Rounds : discussion.Opening.Count > 0 ? 0 : 2;

    /// <summary>What follows now that no turn is open.</summary>
    public static RunEvent Next(RunState state, TaskNode task)
    {
        var terms = task.Definition.Discuss;
        var round = task.Round;
        if (round == 0 && Rounds(terms) > 0)
        {
            return Round(state, task, 1);
        }

        if (state.Find(ArbiterId(task)) is { } arbiter)
        {
            return arbiter.Status == State.Completed && Text(arbiter, "position") is { Length: > 0 } position
                ? Ruled(state, task, new Settlement(position, "arbiter", [$"{Name(terms.Arbiter, "arbiter")} decided after {round} rounds.", .. Values.Texts(arbiter.Output!, "arguments")]))
                : NoDecision(task, "the arbiter gave none");
        }

        var turns = Said(state, task, round);
        if (turns.Count == 0)
        {
            var why = terms.Participants.Select(who => state.Find(TurnId(task, round, who))?.LastFailure).FirstOrDefault(failure => failure is not null);
            return NoDecision(task, $"nobody took a position in round {round}{(why is null ? "" : $" ({why.Code}: {why.Message})")}");
        }

        if (round > 0 && terms.Moderator is not null && state.Find(ModeratorId(task, round)) is null)
        {
            return Turns(task, round, [Turn(state, task, terms.Moderator, "moderator", ModeratorId(task, round), round)]);
        }

        var last = round >= Rounds(terms);
        if (DiscussionRules.Decide(terms, turns, last) is { } ruling)
        {
            return Ruled(state, task, ruling);
        }

        return !last ? Round(state, task, round + 1)
            : terms.Arbiter is not null ? Turns(task, round, [Turn(state, task, terms.Arbiter, "arbiter", ArbiterId(task), round)])
            : NoDecision(task, $"{DiscussionRules.Name(terms)} was not reached in {round} rounds");
    }

    private static RunEvent Round(RunState state, TaskNode task, int round) =>
        Turns(task, round, task.Definition.Discuss.Participants.Select(who => Turn(state, task, who, who.Name, TurnId(task, round, who), round)));

    private static RunEvent Turns(TaskNode task, int round, IEnumerable<PlannedTask> turns) =>
        new() { DiscussionTurns = new DiscussionTurns { TaskId = task.Id, Round = round, Turns = { turns } } };

    private static PlannedTask Turn(RunState state, TaskNode task, Participant who, string name, string id, int round)
    {
        var terms = task.Definition.Discuss;
        var input = new Struct
        {
            Fields =
            {
                ["question"] = Value.ForString(terms.Question),
                ["participant"] = Value.ForString(name),
                ["stance"] = Value.ForString(who.Stance),
                ["round"] = Value.ForNumber(round),
                ["rounds"] = Value.ForNumber(Rounds(terms)),
                ["decide"] = Value.ForString(DiscussionRules.Name(terms)),
                ["options"] = Value.ForList([.. terms.Options.Select(Value.ForString)]),
                ["criteria"] = Value.ForList([.. DiscussionRules.Criteria(terms).Select(criterion => Value.ForStruct(new Struct
                {
                    Fields = { ["name"] = Value.ForString(criterion.Name), ["weight"] = Value.ForNumber(criterion.Weight) },
                }))]),
                ["said"] = Value.ForList([.. Earlier(state, task, round)]),
            },
        };
        return new PlannedTask
        {
            Id = id,
            Title = $"{name}, round {round}",
            Role = who.Role,
            TaskType = who.TaskType.Length > 0 ? who.TaskType : TaskType,
            Description = terms.Question,
            Input = input,
            Priority = task.Definition.Priority,
        };
    }

    /// <summary>What turns of a dispute see from the start: the finding, and both positions.</summary>
    public static Struct Opening(DisputeOpened opened) => new()
    {
        Fields =
        {
            ["finding"] = Value.ForString(opened.DisputeTask.Title),
            ["opening"] = Value.ForList([.. opened.DisputeTask.Discuss.Opening.Select(opening => Value.ForStruct(new Struct
            {
                Fields =
                {
                    ["position"] = Value.ForString(opening.Position),
                    ["criterion"] = Value.ForString(opening.Criterion),
                    ["arguments"] = Value.ForList([.. opening.Arguments.Select(Value.ForString)]),
                },
            }))]),
        },
    };

    // By reference: what was said may itself look like a reference.
    private static IEnumerable<Value> Earlier(RunState state, TaskNode task, int round)
    {
        var opening = task.Definition.Discuss.Opening;
        for (var i = 0; i < opening.Count; i++)
        {
            yield return Entry(0, opening[i].Participant, $"{task.Id}.opening[{i}]");
        }

        for (var at = 1; at <= round; at++)
        {
            foreach (var who in task.Definition.Discuss.Participants)
            {
                if (Turn(state, task, at, who) is { } turn)
                {
                    yield return Entry(at, who.Name, turn.Id);
                }
            }

            if (state.Find(ModeratorId(task, at)) is { Status: State.Completed } moderator)
            {
                yield return Entry(at, "moderator", moderator.Id);
            }
        }

        static Value Entry(int round, string name, string id) => Value.ForStruct(new Struct
        {
            Fields = { ["round"] = Value.ForNumber(round), ["participant"] = Value.ForString(name), ["said"] = Value.ForString($"${{{id}}}") },
        });
    }

    // Who says nothing in this round stays with the position that was known before.
    private static List<Position> Said(RunState state, TaskNode task, int round)
    {
        var terms = task.Definition.Discuss;
        var said = new List<Position>(terms.Participants.Count);
        foreach (var who in terms.Participants)
        {
            if (Turn(state, task, round, who) is { } turn)
            {
                said.Add(new Position(who.Name, Text(turn, "position"), Text(turn, "criterion"), [.. Values.Texts(turn.Output!, "arguments")], turn.Output));
            }
            else if (terms.Opening.FirstOrDefault(opening => opening.Participant == who.Name) is { } opening)
            {
                said.Add(new Position(who.Name, opening.Position, opening.Criterion, opening.Arguments, null));
            }
        }

        return said;
    }

    private static TaskNode? Turn(RunState state, TaskNode task, int round, Participant who) =>
        state.Find(TurnId(task, round, who)) is { Status: State.Completed } turn && Text(turn, "position").Length > 0 ? turn : null;

    private static RunEvent Ruled(RunState state, TaskNode task, Settlement ruling)
    {
        var positions = Said(state, task, task.Round);
        var output = new Struct
        {
            Fields =
            {
                ["decision"] = Value.ForString(ruling.Decision),
                ["rule"] = Value.ForString(ruling.Rule),
                ["rounds"] = Value.ForNumber(task.Round),
                ["reasons"] = Value.ForList([.. ruling.Reasons.Select(Value.ForString)]),
                ["positions"] = Value.ForList([.. positions.Select(position => Value.ForStruct(new Struct
                {
                    Fields =
                    {
                        ["participant"] = Value.ForString(position.Name),
                        ["position"] = Value.ForString(position.Text),
                        ["criterion"] = Value.ForString(position.Criterion),
                        ["arguments"] = Value.ForList([.. position.Arguments.Select(Value.ForString)]),
                    },
                }))]),
                ["dissent"] = Value.ForList([.. positions.Where(position => !DiscussionRules.Same(position.Text, ruling.Decision)).Select(position => Value.ForString(position.Name))]),
            },
        };
        var ruled = new DiscussionRuled { TaskId = task.Id, Decision = ruling.Decision, Rule = ruling.Rule, Rounds = task.Round, Output = output, Reasons = { ruling.Reasons } };
        foreach (var (option, points) in ruling.Tally)
        {
            ruled.Tally[option] = points;
        }

        return new RunEvent { DiscussionRuled = ruled };
    }

    private static RunEvent NoDecision(TaskNode task, string why) => Fallbacks.Ending(task, new Failure
    {
        Code = FailureCodes.NoDecision,
        Message = $"No decision: {why}.",
        FailureClass = FailureClass.Permanent,
    });

    private static string Text(TaskNode task, string field) => Values.Text(task.Output!, field).Trim();

    private static string Name(Participant who, string otherwise) => who.Name.Length > 0 ? who.Name : otherwise;

    private static string TurnId(TaskNode task, int round, Participant who) => $"{task.Id}/turn-{round}-{who.Name}";

    private static string ModeratorId(TaskNode task, int round) => $"{task.Id}/moderator-{round}";

    private static string ArbiterId(TaskNode task) => $"{task.Id}/arbiter";
}

/// <summary>What a participant says in the round that counts.</summary>
/// <param name="Criterion">What it argues with; empty: nothing in particular.</param>
/// <param name="Output">All that it said in its turn; null: it had none.</param>
internal sealed record Position(string Name, string Text, string Criterion, IReadOnlyList<string> Arguments, Struct? Output);

/// <summary>What was decided.</summary>
/// <param name="Tally">Votes or points, by option; empty: nothing was counted.</param>
internal sealed record Settlement(string Decision, string Rule, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, double> Tally)
{
    public Settlement(string decision, string rule, IReadOnlyList<string> reasons)
        : this(decision, rule, reasons, new Dictionary<string, double>(StringComparer.Ordinal))
    {
    }
}
