using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>From the reviews of a round to one score and verdict, and the rules of a gate.</summary>
internal static class ReviewScores
{
    public const string Approved = "approved";
    private const string Revise = "revise";
    private const string Rejected = "rejected";
    private static readonly string[] s_combine = ["all", "min", "mean"];

    /// <summary>The score that a reviewer wants.</summary>
    public static int Threshold(ReviewGate gate, GateReviewer who) => who.Threshold > 0 ? who.Threshold : PlanRules.Threshold(gate);

    /// <summary>What a round came to: <c>approved</c> or <c>revise</c>.</summary>
    /// <param name="outputs">The reviews of all reviewers; of a single one without a name.</param>
    public static ReviewScored Of(TaskNode task, IReadOnlyList<(string Reviewer, Struct Output)> outputs)
    {
        var gate = task.Definition.Review;
        var parts = outputs.Select(one => Part(task, one.Reviewer, one.Output)).ToList();
        var mean = gate.Combine == "mean";
        var weights = parts.Select(part => gate.Reviewers.FirstOrDefault(who => who.Name == part.Reviewer)?.Weight is > 0 and var weight ? weight : 1).ToList();
        var score = mean ? (int)Math.Round(parts.Zip(weights, (part, weight) => part.Score * weight).Sum() / weights.Sum()) : parts.Min(part => part.Score);
        // One that rejects is not outvoted; one that objects to nothing but what was dismissed does not keep the output back.
        var good = mean
            ? (score >= PlanRules.Threshold(gate) && parts.TrueForAll(part => part.Verdict != Rejected)) || parts.TrueForAll(part => part.Verdict == Approved)
            : parts.TrueForAll(part => part.Verdict == Approved);
        var scored = new ReviewScored
        {
            TaskId = task.Id,
            Round = task.Round,
            Score = score,
            Summary = Reviews.Summary(outputs),
            Verdict = good ? Approved : Revise,
            High = parts.Sum(part => part.High),
            Medium = parts.Sum(part => part.Medium),
            Low = parts.Sum(part => part.Low),
            Dismissed = parts.Sum(part => part.Dismissed),
        };
        scored.Parts.Add(gate.Reviewers.Count == 0 ? [] : parts);
        return scored;
    }

    /// <summary>Adds every rule that the gate breaks.</summary>
    public static void Check(ReviewGate gate, string at, List<string> violations)
    {
        PlanRules.InRange(gate.Threshold, 0, 100, $"{at}.threshold", violations);
        PlanRules.InRange(gate.MaxRounds, 0, 20, $"{at}.max_rounds", violations);
        PlanRules.InRange(gate.Reviewers.Count, 0, 10, $"{at}.reviewers", violations);
        Disputes.Check(gate.Disputes, $"{at}.disputes", violations);
        if (gate.OnExhausted is not ("" or "fail" or "accept" or Reviews.Ask))
        {
            violations.Add($"{at}.on_exhausted: '{gate.OnExhausted}' is none of 'fail', 'accept' and 'ask'.");
        }

        if (gate.Combine.Length > 0 && !s_combine.Contains(gate.Combine))
        {
            violations.Add($"{at}.combine: '{gate.Combine}' is none of {string.Join(", ", s_combine)}.");
        }

        if (gate.Ask is not null && gate.OnExhausted != Reviews.Ask)
        {
            violations.Add($"{at}.ask: it has no effect unless on_exhausted is 'ask'; it is '{gate.OnExhausted}'.");
        }

        foreach (var who in gate.Reviewers)
        {
            if (who.Name.Length is 0 or > 50 || !who.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || gate.Reviewers.Count(other => other.Name == who.Name) > 1)
            {
                violations.Add($"{at}.reviewers: '{who.Name}' must be 1 to 50 letters, digits, '-' and '_', and stand there once.");
            }

            PlanRules.InRange(who.Threshold, 0, 100, $"{at}.reviewers.threshold", violations);
            if (who.Threshold > 0 && gate.Combine is "min" or "mean")
            {
                violations.Add($"{at}.reviewers.threshold: {who.Threshold} of '{who.Name}' has no effect: combine is '{gate.Combine}'.");
            }

            if (!(who.Weight >= 0 && double.IsFinite(who.Weight)) || (who.Weight > 0 && gate.Combine != "mean"))
            {
                violations.Add($"{at}.reviewers.weight: {who.Weight} of '{who.Name}' is no weight from 0, or combine is not 'mean'.");
            }
        }
    }

    private static ReviewPart Part(TaskNode task, string reviewer, Struct output)
    {
        var gate = task.Definition.Review;
        var threshold = gate.Reviewers.FirstOrDefault(who => who.Name == reviewer) is { } one ? Threshold(gate, one) : PlanRules.Threshold(gate);
        var all = Disputes.Findings(output).Count();
        var findings = Disputes.Counting(task, output).ToList();
        var score = (int)Values.Number(output, "score")!;
        var good = (score >= threshold && Values.Text(output, "verdict") != Rejected) || (all > findings.Count && findings.Count == 0);
        return new ReviewPart
        {
            Reviewer = reviewer,
            Score = score,
            Threshold = threshold,
            Verdict = good ? Approved : Values.Text(output, "verdict") == Rejected ? Rejected : Revise,
            Summary = Values.Text(output, "summary"),
            High = Count("HIGH"),
            Medium = Count("MEDIUM"),
            Low = Count("LOW"),
            Dismissed = all - findings.Count,
        };

        int Count(string severity) => findings.Count(finding => Values.Text(finding, "severity") == severity);
    }
}
