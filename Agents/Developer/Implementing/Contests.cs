using System.ComponentModel;
using Agents.Hosting;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Developer.Implementing;

/// <summary>A finding that the author does not agree with.</summary>
internal sealed record ContestedFinding(
    [property: Description("Its id, or else its title, as in the review.")] string Finding,
    [property: Description("What is right instead.")] string Position,
    [property: Description("What that rests on: security, correctness, data, privacy, performance, maintainability, cost or style.")] string Criterion,
    [property: Description("Why, in sentences that can be checked.")] IReadOnlyList<string> Arguments);

/// <summary>What the model contests: checked before it leaves, so that a wrong one goes back to the model and not to the orchestrator.</summary>
internal static class Contests
{
    /// <summary>What is wrong with it, in words; empty: nothing.</summary>
    public static IEnumerable<string> Violations(IReadOnlyList<ContestedFinding>? contested, Revision? revision)
    {
        foreach (var (contest, number) in (contested ?? []).Select((contest, number) => (contest, number)))
        {
            var at = $"contested[{number}]";
            if (revision is null)
                yield return $"{at}: nothing can be contested, no review has sent the change back";
            else if (Find(revision, contest.Finding) is not { } finding)
                yield return $"{at}.finding: '{contest.Finding}' is no finding of the review; these are: {string.Join(", ", Findings(revision).Select(known => $"'{Name(known)}'"))}";
            else if (revision.Rulings.Any(ruling => Same(ruling.Finding, Name(finding))))
                yield return $"{at}.finding: '{contest.Finding}' was ruled on already: do what was ruled";
            else if (contested!.Take(number).Any(other => ReferenceEquals(Find(revision, other.Finding), finding)))
                yield return $"{at}.finding: '{contest.Finding}' is contested twice";
            if (string.IsNullOrWhiteSpace(contest.Position) || !contest.Arguments.Any(argument => !string.IsNullOrWhiteSpace(argument)))
                yield return $"{at}: position and arguments must not be empty";
        }
    }

    /// <summary>Puts them into the result.</summary>
    public static void Report(IReadOnlyList<ContestedFinding>? contested, TaskContext context)
    {
        foreach (var contest in contested ?? [])
            context.Contest(contest.Finding, contest.Position, contest.Criterion, contest.Arguments);
    }

    private static Struct? Find(Revision revision, string name) =>
        Findings(revision).FirstOrDefault(finding => Same(Text(finding, "id"), name)) ?? Findings(revision).FirstOrDefault(finding => Same(Name(finding), name));

    private static IEnumerable<Struct> Findings(Revision revision) =>
        revision.Review?.Fields.TryGetValue("findings", out var list) == true && list.KindCase == Value.KindOneofCase.ListValue
            ? list.ListValue.Values.Where(finding => finding.KindCase == Value.KindOneofCase.StructValue).Select(finding => finding.StructValue)
            : [];

    private static string Name(Struct finding) => Text(finding, "title") is { Length: > 0 } title ? title : Text(finding, "id");

    private static string Text(Struct finding, string field) => finding.Fields.TryGetValue(field, out var value) && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue.Trim() : "";

    private static bool Same(string one, string other) => one.Length > 0 && string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);
}
