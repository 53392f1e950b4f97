using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>Findings that the author of an output contests, and what is ruled.</summary>
/// <remarks>
/// <code>
///   REVISION → IN_PROGRESS → output that contests findings → REVIEW ─→ DisputeOpened, for each
///                 ↑                                                        │ a discussion of author and reviewer
///                 │                                                   DisputeRuled
///                 ├──── stands, or something else is decided ──────────────┤
///                 │                                                        └── all dismissed → next round of review
/// </code>
/// What was ruled is told to the author and to the reviewers of later rounds; a dismissed finding does not count there.
/// A finding can be contested once.
/// </remarks>
internal static class Disputes
{
    public const string Stands = "stands";
    public const string Dismissed = "dismissed";
    public const string Changed = "changed";
    private const string Author = "author";
    private const string Reviewer = "reviewer";
    private const int MaxText = 10_000;

    /// <summary>What an author may not contest, in words; empty: it may.</summary>
    public static IReadOnlyList<string> Violations(TaskNode task, IReadOnlyList<Contest> contested)
    {
        if (!task.HasGate || task.Review is null)
        {
            return [$"contested: '{contested[0].Finding}' cannot be contested: no review has sent the output back"];
        }

        var violations = new List<string>();
        foreach (var contest in contested)
        {
            if (Find(task.Review, contest.Finding) is not { } finding)
            {
                violations.Add($"contested.finding: '{contest.Finding}' is no finding of the review; these are: {string.Join(", ", Findings(task.Review).Select(known => $"'{Name(known)}'"))}");
            }
            else if (task.Rulings.Any(ruling => IsAbout(ruling, finding)) || contested.Count(other => ReferenceEquals(Find(task.Review, other.Finding), finding)) > 1)
            {
                violations.Add($"contested.finding: '{contest.Finding}' can be contested once");
            }

            if (string.IsNullOrWhiteSpace(contest.Position) || contest.Position.Length + contest.Arguments.Sum(argument => argument.Length) > MaxText)
            {
                violations.Add($"contested.position: for '{contest.Finding}' with its arguments it must have 1 to {MaxText} characters");
            }
        }

        return violations;
    }

    /// <summary>What follows for contested findings of an output that is to be reviewed; null: nothing.</summary>
    public static RunEvent? Next(RunState state, TaskNode task)
    {
        if (task.Contested.Count > 0)
        {
            return Open(state, task, task.Contested[0]);
        }

        if (task.Disputes is { } disputes && disputes.Count > task.Rulings.Count)
        {
            return Ruled(task, disputes[task.Rulings.Count]);
        }

        return task.IsSentBack
            ? new RunEvent { RevisionRequested = new RevisionRequested { TaskId = task.Id, Round = task.Round, ByRuling = true } }
            : null;
    }

    /// <summary>Findings of a review that count: those that were not dismissed.</summary>
    public static IEnumerable<Struct> Counting(TaskNode task, Struct review) =>
        Findings(review).Where(finding => !task.Rulings.Any(ruling => ruling.Outcome == Dismissed && IsAbout(ruling, finding)));

    /// <summary>The findings of a review.</summary>
    public static IEnumerable<Struct> Findings(Struct review) =>
        review.Fields.TryGetValue("findings", out var list) && list.KindCase == Value.KindOneofCase.ListValue
            ? list.ListValue.Values.Where(finding => finding.KindCase == Value.KindOneofCase.StructValue).Select(finding => finding.StructValue)
            : [];

    /// <summary>What reviewers are told of rulings.</summary>
    public static IEnumerable<string> Rubric(TaskNode task) => task.Rulings.Select(ruling => Plain(ruling.Outcome == Dismissed
        ? $"The finding \"{ruling.Finding}\" was contested and is dismissed: it does not count, \"{ruling.Decision}\" is accepted. {string.Join(' ', ruling.Reasons)}"
        : $"The finding \"{ruling.Finding}\" was contested. What is ruled must be done: {ruling.Decision}. {string.Join(' ', ruling.Reasons)}"));

    /// <summary>Adds every rule that the terms break.</summary>
    public static void Check(DisputeTerms? terms, string at, List<string> violations)
    {
        if (terms is null)
        {
            return;
        }

        var found = new List<string>();
        var task = new PlannedTask { Discuss = Discussion(terms, "?", "author", "reviewer") };
        DiscussionRules.Check(task, $"{at}.discuss", found);
        violations.AddRange(found.Select(violation => violation.Replace($"{at}.discuss", at, StringComparison.Ordinal)));
        if (terms.Decide == DiscussionRules.Majority)
        {
            violations.Add($"{at}.decide: two have no majority; '{terms.Decide}' is not for disputes.");
        }

        if (terms.Decide == DiscussionRules.ByCriteria && terms.Rounds == 0)
        {
            violations.Add($"{at}.rounds: 'criteria' wants points, which are given in at least one round; it is 0.");
        }
    }

    private static RunEvent Open(RunState state, TaskNode task, Contest contest)
    {
        var finding = Find(task.Review!, contest.Finding)!;
        var gate = task.Definition.Review;
        var number = (task.Disputes?.Count ?? 0) + 1;
        var id = $"{task.Id}/dispute-{number}";
        // By reference: a finding may itself look like one.
        var discussion = Discussion(
            gate.Disputes ?? state.Plan?.Disputes ?? new DisputeTerms(), $"Does the finding \"${{{id}.finding}}\" stand?", task.Role, Reviews.Role(gate, Values.Text(finding, "reviewer")));
        discussion.Opening.Add(new Opening { Participant = Author, Position = contest.Position.Trim(), Criterion = contest.Criterion, Arguments = { contest.Arguments } });
        var message = Values.Text(finding, "message");
        discussion.Opening.Add(new Opening
        {
            Participant = Reviewer,
            Position = First(Values.Text(finding, "remedy"), message, Name(finding)),
            Criterion = First(Values.Text(finding, "criterion"), Values.Text(finding, "category"), "correctness"),
            Arguments = { message.Length > 0 ? [message] : [] },
        });
        return new RunEvent
        {
            DisputeOpened = new DisputeOpened
            {
                TaskId = task.Id,
                Round = task.Round,
                Contest = contest,
                Finding = finding,
                DisputeTask = new PlannedTask
                {
                    Id = id,
                    Title = Name(finding),
                    Discuss = discussion,
                    Input = new Struct { Fields = { ["finding"] = Value.ForString(Name(finding)), ["file"] = Value.ForString(Values.Text(finding, "file")) } },
                    Priority = task.Definition.Priority,
                },
            },
        };
    }

    private static Discussion Discussion(DisputeTerms terms, string question, string author, string reviewer) => new()
    {
        Question = question,
        Decide = First(terms.Decide, DiscussionRules.Precedence),
        Rounds = terms.Rounds,
        Criteria = { terms.Criteria },
        Arbiter = terms.Arbiter,
        Participants = { new Participant { Name = Author, Role = author }, new Participant { Name = Reviewer, Role = reviewer } },
    };

    private static RunEvent Ruled(TaskNode task, TaskNode dispute)
    {
        var opening = dispute.Definition.Discuss.Opening;
        var decided = dispute.Status == State.Completed;
        var decision = decided ? Values.Text(dispute.Output!, "decision") : opening[1].Position;
        var ruling = new Ruling
        {
            Finding = Values.Text(dispute.Definition.Input, "finding"),
            Decision = decision,
            Rule = decided ? Values.Text(dispute.Output!, "rule") : "",
            Outcome = !decided || DiscussionRules.Same(decision, Position(dispute, Reviewer)) ? Stands
                : DiscussionRules.Same(decision, Position(dispute, Author)) ? Dismissed : Changed,
            Round = task.Round,
            File = Values.Text(dispute.Definition.Input, "file"),
        };
        ruling.Reasons.Add(decided ? Values.Texts(dispute.Output!, "reasons") : [$"{dispute.LastFailure?.Message} So the finding stands.".TrimStart()]);
        return new RunEvent { DisputeRuled = new DisputeRuled { TaskId = task.Id, DisputeId = dispute.Id, Ruling = ruling } };
    }

    // What it said last.
    private static string Position(TaskNode dispute, string name)
    {
        if (dispute.Output!.Fields.TryGetValue("positions", out var positions) && positions.KindCase == Value.KindOneofCase.ListValue)
        {
            foreach (var said in positions.ListValue.Values)
            {
                if (Values.Text(said.StructValue, "participant") == name)
                {
                    return Values.Text(said.StructValue, "position");
                }
            }
        }

        return dispute.Definition.Discuss.Opening.First(opening => opening.Participant == name).Position;
    }

    private static Struct? Find(Struct review, string name) =>
        Findings(review).FirstOrDefault(finding => Values.Text(finding, "id") is { Length: > 0 } id && DiscussionRules.Same(id, name))
        ?? Findings(review).FirstOrDefault(finding => DiscussionRules.Same(Name(finding), name));

    // Ids are often those of one review only.
    private static bool IsAbout(Ruling ruling, Struct finding) => DiscussionRules.Same(Name(finding), ruling.Finding) && Values.Text(finding, "file") == ruling.File;

    private static string Name(Struct finding) => First(Values.Text(finding, "title"), Values.Text(finding, "id"));

    private static string First(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Trim().Length > 0)
            {
                return text.Trim();
            }
        }

        return "";
    }

    // The rubric stands in an input, where references mean something.
    private static string Plain(string text) => text.Replace("${", "$ {", StringComparison.Ordinal).TrimEnd();
}
