using System.Globalization;
using System.Text.RegularExpressions;

namespace Agents.Writer.Prose;

/// <summary>Holds a model's text against what it was written from: no figure, citation or place that is not there.</summary>
internal static partial class ProseCheck
{
    /// <summary>What is in the text and not in the facts, in words; empty: nothing.</summary>
    /// <param name="text">What the model wrote.</param>
    /// <param name="facts">What it was given.</param>
    /// <param name="citations">How many citations there are: [1] to [citations].</param>
    public static IReadOnlyList<string> Problems(string text, string facts, int citations)
    {
        List<string> problems = [];
        if (text.Trim().Length == 0)
            problems.Add("the text is empty");
        foreach (Match mark in Mark().Matches(text))
        {
            if (!int.TryParse(mark.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > citations)
                problems.Add($"there is no citation {mark.Value}; there are {(citations == 0 ? "none" : $"[1] to [{citations}]")}");
        }

        var known = Numbers(Mark().Replace(facts, " "));
        problems.AddRange(Numbers(Mark().Replace(text, " ")).Except(known).Select(number => $"the number {number} is not in the facts"));
        problems.AddRange(Place().Matches(text).Select(match => match.Groups["place"].Value).Distinct(StringComparer.Ordinal)
            .Where(place => place.AsSpan().ContainsAny('/', '.') && !facts.Contains(place, StringComparison.Ordinal))
            .Select(place => $"`{place}` is not in the facts"));
        return problems;
    }

    // As figures: 1,234 and 1234 are one, and so are 3 and 3.0.
    private static HashSet<string> Numbers(string text) => [.. Number().Matches(text).Select(match =>
    {
        var plain = match.Value.Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value.ToString("0.############", CultureInfo.InvariantCulture) : plain;
    })];

    [GeneratedRegex(@"\[(?<n>\d{1,6})\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\d+(,\d{3})*(\.\d+)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"`(?<place>[^`\n]{1,300})`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
