using System.Text.RegularExpressions;
using Agents.Rules.Regexes;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Regular expressions that a short text can keep busy for ever.</summary>
internal sealed class PythonRegexExponential() : ScriptRule(new RuleInfo(
    "py-regex-exponential",
    "Regular expression with exponential time",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "The pattern can read the same text in two ways again and again; some forty characters that do not match take minutes.",
    "Make the repeated parts exclude each other.",
    "CWE-1333"))
{
    private static readonly Regex Call = Pattern.Timed(@"(?<![\w.])(?:re|regex)\.(?:compile|match|search|fullmatch|sub|subn|split|findall|finditer)\s*\(|(?<![\w.])_lazy_re_compile\s*\(");

    public override IReadOnlyList<string> Triggers => ["re."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call).Where(c => c.Arguments.Count > 0))
        {
            if (file.LiteralFrom(arguments[0].Start) is not { HasHoles: false } literal || literal.End != arguments[0].End)
            {
                continue;
            }

            var flags = string.Join(' ', arguments.Skip(1).Select(a => Code(file, a)));
            if (flags.Contains("VERBOSE", StringComparison.Ordinal) || flags.Contains("re.X", StringComparison.Ordinal))
            {
                continue;
            }

            if (RegexAmbiguity.IsExponential(PythonText.Value(Text(file, arguments[0])), flags.Contains("re.I", StringComparison.Ordinal), flags.Contains("DOTALL", StringComparison.Ordinal)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
