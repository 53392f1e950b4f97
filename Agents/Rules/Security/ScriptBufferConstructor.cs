using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Buffers that may show old memory.</summary>
internal sealed class ScriptBufferConstructor() : ScriptRule(new RuleInfo(
    "js-buffer-constructor",
    "Buffer made with new",
    Category.Security,
    Severity.Low,
    Languages.Script,
    "new Buffer(x) allocates memory that is not cleared when x turns out to be a number, which has leaked secrets; it is deprecated for that.",
    "Buffer.from for data, Buffer.alloc for a size.",
    "CWE-665",
    HasFix: true))
{
    private static readonly Regex New = Pattern.Timed(@"(?<![\w$.])new\s+Buffer\s*\(");

    public override IReadOnlyList<string> Triggers => ["Buffer"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, New).Where(c => c.Arguments.Count > 0))
        {
            if (FunctionCode(file, start).Contains("Buffer.from", StringComparison.Ordinal) || FunctionCode(file, start).Contains("Buffer.alloc", StringComparison.Ordinal))
            {
                continue; // the way for old versions
            }

            if (Expressions.IsConstant(file, arguments[0], depth: 0) && file.LiteralFrom(arguments[0].Start) is null)
            {
                continue; // a size that the author wrote
            }

            var isText = arguments.Count > 1 || file.LiteralFrom(arguments[0].Start) is not null;
            yield return Found(file, start, CloseOf(file, open), fix: isText ? Replace(file, start, open, "Buffer.from", "Say that it is made from data.") : null);
        }
    }
}
