using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>How a discussion is decided, and what it must keep.</summary>
internal static class DiscussionRules
{
    public const string Consensus = "consensus";
    public const string Majority = "majority";
    public const string ByCriteria = "criteria";
    public const string Precedence = "precedence";
    public const string ByArbiter = "arbiter";

    /// <summary>The ways to decide.</summary>
    public static IReadOnlyList<string> All { get; } = [Consensus, Majority, ByCriteria, Precedence, ByArbiter];

    private static readonly Criterion[] s_order =
        [.. new[] { "security", "correctness", "data", "privacy", "performance", "maintainability", "cost", "style" }.Select(name => new Criterion { Name = name, Weight = 1 })];

    /// <summary>How it is decided: <c>consensus</c> unless the plan says otherwise.</summary>
    public static string Name(Discussion terms) => terms.Decide.Length > 0 ? terms.Decide : Consensus;

    /// <summary>What counts, for <c>precedence</c> the strongest first; security before performance unless the plan says otherwise.</summary>
    public static IReadOnlyList<Criterion> Criteria(Discussion terms) =>
        terms.Criteria.Count > 0 ? terms.Criteria : Name(terms) == Precedence ? s_order : [];

    /// <summary>Whether two positions are one.</summary>
    public static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>The decision; null: there is none (yet).</summary>
    /// <param name="said">At least one position.</param>
    /// <param name="last">Whether there is no other round.</param>
    public static Settlement? Decide(Discussion terms, IReadOnlyList<Position> said, bool last)
    {
        var votes = said.GroupBy(position => position.Text, StringComparer.OrdinalIgnoreCase)
            .Select(group => (Option: group.First().Text, Count: group.Count())).OrderByDescending(group => group.Count).ToList();
        if (votes.Count == 1 && said.Count == terms.Participants.Count)
        {
            return new Settlement(votes[0].Option, Consensus, [$"All {said.Count} agree."], Tally(votes));
        }

        return Name(terms) switch
        {
            Majority when votes[0].Count * 2 > terms.Participants.Count =>
                new Settlement(votes[0].Option, Majority, [$"{votes[0].Count} of {terms.Participants.Count} are for it."], Tally(votes)),
            Majority when last && (votes.Count == 1 || votes[0].Count > votes[1].Count) =>
                new Settlement(votes[0].Option, Majority, [$"{votes[0].Count} of {terms.Participants.Count} are for it, more than for any other."], Tally(votes)),
            ByCriteria when last => Weigh(terms, said),
            Precedence when last => Rank(terms, said),
            _ => null,
        };
    }

    /// <summary>Adds every rule that is broken, with field and value.</summary>
    public static void Check(PlannedTask task, string at, List<string> violations)
    {
        var terms = task.Discuss;
        if (string.IsNullOrWhiteSpace(terms.Question) || terms.Question.Length > 10_000)
        {
            violations.Add($"{at}.question: has {terms.Question.Length} characters; 1 to 10000 are wanted.");
        }

        if (terms.Participants.Count is < 2 or > 20)
        {
            violations.Add($"{at}.participants: {terms.Participants.Count} are not in 2 to 20.");
        }

        PlanRules.InRange(terms.Rounds, 0, 20, $"{at}.rounds", violations);
        if (!All.Contains(Name(terms)))
        {
            violations.Add($"{at}.decide: '{terms.Decide}' is none of {string.Join(", ", All)}.");
        }

        if (Name(terms) == ByCriteria && (terms.Criteria.Count == 0 || terms.Criteria.Any(criterion => !(criterion.Weight > 0 && double.IsFinite(criterion.Weight)))))
        {
            violations.Add($"{at}.criteria: each wants a weight above 0, and there must be one at least.");
        }

        if (Name(terms) == ByArbiter && terms.Arbiter is null)
        {
            violations.Add($"{at}.arbiter: is missing, and is to decide.");
        }

        foreach (var who in terms.Participants.Where(who => who.Name.Length is 0 or > 50 || !who.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            violations.Add($"{at}.participants: '{who.Name}' is no name: 1 to 50 letters, digits, '-' and '_'.");
        }

        foreach (var name in terms.Participants.GroupBy(who => who.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            violations.Add($"{at}.participants: '{name.Key}' stands there twice.");
        }

        foreach (var who in terms.Participants.Append(terms.Moderator).Append(terms.Arbiter).Where(who => who is { Role.Length: 0 }))
        {
            violations.Add($"{at}: the role of '{who!.Name}' is missing.");
        }

        if (task.Fallback?.KindCase is Fallback.KindOneofCase.Role or Fallback.KindOneofCase.Ask)
        {
            violations.Add($"{at[..at.LastIndexOf('.')]}.fallback: a discussion is not held again; 'value', 'skip' and 'fail_run' are possible.");
        }
    }

    // Each participant gives points for each option and criterion: output.scores.<option>.<criterion>.
    private static Settlement? Weigh(Discussion terms, IReadOnlyList<Position> said)
    {
        var points = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        var reasons = new List<string>();
        foreach (var position in said)
        {
            if (position.Output?.Fields.TryGetValue("scores", out var scores) != true || scores!.KindCase != Value.KindOneofCase.StructValue)
            {
                continue;
            }

            foreach (var (option, values) in scores.StructValue.Fields.Where(option => option.Value.KindCase == Value.KindOneofCase.StructValue))
            {
                points[option] = points.GetValueOrDefault(option) + terms.Criteria.Sum(criterion => criterion.Weight * (Values.Number(values.StructValue, criterion.Name) ?? 0));
            }
        }

        var best = points.OrderByDescending(option => option.Value).ThenBy(option => option.Key, StringComparer.Ordinal).ToList();
        if (best.Count == 0 || (best.Count > 1 && best[0].Value <= best[1].Value))
        {
            return null;
        }

        reasons.Add($"By {string.Join(", ", terms.Criteria.Select(criterion => $"{criterion.Name} x{criterion.Weight.ToString(CultureInfo.InvariantCulture)}"))}: "
            + string.Join(", ", best.Select(option => $"{option.Key} {option.Value.ToString("0.##", CultureInfo.InvariantCulture)}")) + ".");
        return new Settlement(best[0].Key, ByCriteria, reasons, points);
    }

    // The position that argues with the strongest criterion; two positions with the same one are not decided by it.
    private static Settlement? Rank(Discussion terms, IReadOnlyList<Position> said)
    {
        var order = Criteria(terms).Select(criterion => criterion.Name).ToList();
        int Strength(Position position) => order.FindIndex(name => Same(name, position.Criterion)) is >= 0 and var index ? index : order.Count;
        var strongest = said.Min(Strength);
        var best = said.Where(position => Strength(position) == strongest).ToList();
        if (strongest == order.Count || best.Exists(position => !Same(position.Text, best[0].Text)))
        {
            return null;
        }

        var others = said.Where(position => !Same(position.Text, best[0].Text)).ToList();
        return new Settlement(best[0].Text, Precedence,
        [
            .. others.Select(other => $"{best[0].Name} argues with {best[0].Criterion}, {other.Name} with {(other.Criterion.Length > 0 ? other.Criterion : "nothing that counts")}: {order[strongest]} comes first."),
        ]);
    }

    private static Dictionary<string, double> Tally(IEnumerable<(string Option, int Count)> votes) =>
        votes.ToDictionary(vote => vote.Option, vote => (double)vote.Count, StringComparer.Ordinal);
}
