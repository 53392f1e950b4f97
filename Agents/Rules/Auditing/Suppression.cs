using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Auditing;

/// <summary>A comment <c>agents-ignore: rule-id reason</c>, on the line or on the one above, takes a finding out. It must give a reason.</summary>
internal static class Suppression
{
    private const string Mark = "agents-ignore:";
    private static readonly Regex Comment = Pattern.Linear(@"agents-ignore:\s*(?<ids>[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*)\s+\w");

    public static bool Covers(SourceFile file, Finding finding)
    {
        if (!file.Text.Contains(Mark, StringComparison.Ordinal))
        {
            return false;
        }

        return On(file, finding.StartLine, finding.Rule) || (finding.StartLine > 1 && On(file, finding.StartLine - 1, finding.Rule));
    }

    private static bool On(SourceFile file, int line, string rule) =>
        Comment.Match(file.Lines.Text(line)) is { Success: true } match
        && match.Groups["ids"].Value.Split(',', StringSplitOptions.TrimEntries).Contains(rule, StringComparer.Ordinal);
}
