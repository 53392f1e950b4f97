using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Objects made from bytes of others.</summary>
internal sealed class JavaDeserialization() : ScriptRule(new RuleInfo(
    "java-unsafe-deserialization",
    "Deserialisation without a filter",
    Category.Security,
    Severity.High,
    Languages.Java,
    "The bytes say which classes are made, and with some classes on the path that is running code.",
    "Read JSON, or set an ObjectInputFilter that names the classes that may come.",
    "CWE-502"))
{
    private static readonly Regex Call = Pattern.Timed(@"\bnew\s+ObjectInputStream\s*\(");

    public override IReadOnlyList<string> Triggers => ["ObjectInputStream"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Call))
        {
            if (!file.Code.Contains("setObjectInputFilter", StringComparison.Ordinal))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
