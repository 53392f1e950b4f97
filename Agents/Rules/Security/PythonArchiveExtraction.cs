using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Archives unpacked wherever their names say.</summary>
internal sealed class PythonArchiveExtraction() : ScriptRule(new RuleInfo(
    "py-archive-extract-all",
    "Archive unpacked without a filter",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "A tar archive can hold names like ../../x and links out of the folder, which extractall follows before Python 3.14.",
    "extractall(path, filter='data').",
    "CWE-22",
    HasFix: true))
{
    private static readonly Regex Extract = Pattern.Timed(@"(?<![\w.])(?<r>[\w.]*tar\w*|tf|t)\.extractall\s*\(");
    private static readonly Regex Guarded = Pattern.Timed(@"\bfilter\b|\bmembers\b|is_within|commonpath|commonprefix|realpath|safe_", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["extractall"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Extract))
        {
            if (!Guarded.IsMatch(FunctionCode(file, start)))
            {
                var last = arguments.Count == 0 ? "" : ", ";
                yield return Found(file, start, CloseOf(file, open), fix: Replace(file, CloseOf(file, open) - 1, CloseOf(file, open), $"{last}filter='data')", "Refuse what leaves the folder."));
            }
        }
    }
}
