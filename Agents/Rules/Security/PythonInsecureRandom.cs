using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Secrets from a generator that can be predicted.</summary>
internal sealed class PythonInsecureRandom() : ScriptRule(new RuleInfo(
    "py-insecure-random",
    "Secret from a predictable generator",
    Category.Security,
    Severity.High,
    Languages.Python,
    "The random module can be predicted from its outputs, and the names here say that the value is a secret.",
    "The secrets module.",
    "CWE-338"))
{
    private static readonly Regex Random = Pattern.Timed(@"(?<![\w.])random\.(?:random|randint|choice|choices|sample|randrange|getrandbits|shuffle)\s*\(");
    private static readonly Regex Secret = Pattern.Timed("password|passwd|secret|(?<![a-z])(?:access|auth|csrf|reset|session|api|bearer|verification)_?token|salt(?![a-z])|nonce|api_?key|session_?id|otp(?![a-z])", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["random."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Random))
        {
            var line = file.Lines.LineAt(match.Index);
            var code = file.Code[file.Lines.Start(line)..file.Lines.End(line)];
            if (Secret.IsMatch(code) || Secret.IsMatch(file.Structure.FunctionAt(match.Index)?.Name ?? ""))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
