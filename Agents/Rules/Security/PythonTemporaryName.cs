using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Names of temporary files that others can take first.</summary>
internal sealed class PythonTemporaryName() : ScriptRule(new RuleInfo(
    "py-mktemp",
    "Temporary file named before it is made",
    Category.Security,
    Severity.Medium,
    Languages.Python,
    "Between the name and the opening another user can put a link there.",
    "tempfile.mkstemp or NamedTemporaryFile.",
    "CWE-377"))
{
    private static readonly Regex Mktemp = Pattern.Timed(@"(?<![\w.])tempfile\.mktemp\s*\(");

    public override IReadOnlyList<string> Triggers => ["mktemp"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, _) in Calls(file, Mktemp))
        {
            yield return Found(file, start, CloseOf(file, open));
        }
    }
}
