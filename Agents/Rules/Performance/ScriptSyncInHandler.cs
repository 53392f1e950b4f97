using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Requests that stop the event loop.</summary>
internal sealed class ScriptSyncInHandler() : ScriptRule(new RuleInfo(
    "js-sync-io-in-handler",
    "Synchronous I/O in a request handler",
    Category.Performance,
    Severity.Medium,
    Languages.Script,
    "While this call runs, the process answers no other request.",
    "Use the asynchronous call and await it."))
{
    private static readonly Regex Sync = Pattern.Timed(@"(?<![\w$.])(?:(?:fs|fse|child_process|cp|zlib|crypto)\.)?(?:readFile|writeFile|readdir|stat|lstat|exists|mkdir|unlink|exec|execFile|spawn|copyFile|appendFile|gunzip|gzip|deflate|inflate|pbkdf2|scrypt)Sync\s*\(");
    private static readonly Regex Handler = Pattern.Linear(@"^\s*(?:_?(?:req|request)\b[^,]*,\s*_?(?:res|response|reply)\b|ctx\b\s*(?:,\s*next)?\s*$)");

    public override IReadOnlyList<string> Triggers => ["Sync("];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, _) in Calls(file, Sync))
        {
            var inHandler = file.Structure.At(start)?.SelfAndParents().Any(b => b.Kind == BlockKind.Function && Handler.IsMatch(b.Parameters)) == true;
            if (inHandler)
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
