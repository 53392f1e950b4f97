using System.Text.RegularExpressions;
using Agents.Rules.Regexes;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Regular expressions that a short text can keep busy for ever.</summary>
internal sealed class ScriptRegexExponential() : ScriptRule(new RuleInfo(
    "js-regex-exponential",
    "Regular expression with exponential time",
    Category.Security,
    Severity.Medium,
    Languages.Script,
    "The pattern can read the same text in two ways again and again; some forty characters that do not match stop the event loop for minutes.",
    "Make the repeated parts exclude each other.",
    "CWE-1333"))
{
    private static readonly Regex Constructor = Pattern.Timed(@"(?<![\w$.])(?:new\s+)?RegExp\s*\(");

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var literal in file.Regions.Where(r => r.Kind == RegionKind.Regex))
        {
            var text = file.Text[literal.Start..literal.End];
            var close = text.LastIndexOf('/');
            if (close > 0 && RegexAmbiguity.IsExponential(text[1..close], text[close..].Contains('i', StringComparison.Ordinal), text[close..].Contains('s', StringComparison.Ordinal)))
            {
                yield return Found(file, literal.Start, literal.End);
            }
        }

        foreach (var (start, open, arguments) in Calls(file, Constructor).Where(c => c.Arguments.Count > 0))
        {
            if (file.LiteralFrom(arguments[0].Start) is { HasHoles: false, Kind: RegionKind.Text } literal && literal.End == arguments[0].End
                && RegexAmbiguity.IsExponential(file.Text[(literal.Start + 1)..(literal.End - 1)].Replace(@"\\", @"\", StringComparison.Ordinal)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
