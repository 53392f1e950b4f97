using System.Text.RegularExpressions;

namespace Orchestrator.Tests.Limits;

/// <summary>No input makes a regular expression run for long: each has a time-out, or cannot backtrack.</summary>
public sealed class RegexTests
{
    private static readonly string[] s_products = ["Orchestrator", "Agents", "Cli", "ServiceDefaults", "AppHost", "compat"];
    private static readonly Regex s_use = new(
        @"new Regex\(|\[GeneratedRegex\(|\bRegex\.(IsMatch|Match|Matches|Replace|Split|Count|EnumerateMatches)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Fact]
    public void Regex_OfTheProduct_HasATimeOutOrCannotBacktrack()
    {
        var found = 0;
        var wrong = new List<string>();
        foreach (var path in s_products.SelectMany(product => Directory.EnumerateFiles(Path.Combine(Repository.Root, product), "*.cs", SearchOption.AllDirectories)))
        {
            if (path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                continue;
            var text = File.ReadAllText(path);
            foreach (var use in s_use.EnumerateMatches(text))
            {
                // In a text of a rule that looks for such places.
                if (use.Index > 0 && text[use.Index - 1] == '"')
                    continue;
                found++;
                var call = Call(text, use.Index + use.Length);
                if (!call.Contains("NonBacktracking", StringComparison.Ordinal) && !call.Contains("matchTimeoutMilliseconds", StringComparison.Ordinal)
                    && !call.Contains("TimeSpan.From", StringComparison.Ordinal) && !call.Contains("Time)", StringComparison.Ordinal))
                {
                    wrong.Add($"{Path.GetRelativePath(Repository.Root, path)}: {text[use.Index..(use.Index + use.Length)]}{call}");
                }
            }
        }

        found.ShouldBeGreaterThan(50);
        wrong.ShouldBeEmpty();
    }

    // From behind an opening bracket to the one that closes it; brackets in texts are few and come in pairs or not at all.
    private static string Call(string text, int start)
    {
        var end = text.IndexOfAny(['\n'], start);
        var line = text[start..(end < 0 ? text.Length : end)];
        // A call that goes on over lines ends with the first that closes it.
        return line.TrimEnd().EndsWith(';') || line.TrimEnd().EndsWith(']') || line.Contains(')', StringComparison.Ordinal) ? line : text[start..Math.Min(text.Length, text.IndexOf(")]", start, StringComparison.Ordinal) is var close and > 0 ? close : start + 600)];
    }
}
