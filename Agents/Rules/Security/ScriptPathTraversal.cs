using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Files opened by names from a request.</summary>
internal sealed class ScriptPathTraversal() : ScriptRule(new RuleInfo(
    "js-path-traversal",
    "File path taken from a request",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The path comes from the request without a check; ../ in it reaches any file the process may read.",
    "Resolve the path and refuse what does not start with the folder and a separator.",
    "CWE-22"))
{
    private static readonly Regex Open = Pattern.Timed(@"(?<![\w$])(?:fs|fsp|fsPromises|fse)\s*\.\s*(?:readFile|readFileSync|createReadStream|createWriteStream|writeFile|writeFileSync|unlink|unlinkSync|rm|readdir|stat|open|openSync)\s*\(|(?<![\w$])res(?:ponse)?\.(?:sendFile|download)\s*\(");
    private static readonly Regex Guard = Pattern.Timed(@"startsWith|indexOf\s*\(|\.relative\s*\(|basename|saniti|isSafe|\.test\s*\(|\.\.['""\\/]", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["req.", "request.", "ctx."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Open).Where(c => c.Arguments.Count > 0))
        {
            var rooted = arguments.Count > 1 && Assignments.HasWord(Code(file, arguments[1]), "root");
            if (!rooted && RequestValues.In(file, arguments[0]) && !Guard.IsMatch(FunctionText(file, start)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
