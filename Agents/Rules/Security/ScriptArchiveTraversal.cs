using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Archive entries written where their name says.</summary>
internal sealed class ScriptArchiveTraversal() : ScriptRule(new RuleInfo(
    "js-archive-path-traversal",
    "Archive entry can leave the target folder",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The path comes from an archive entry's name; an entry named ../../x is written outside the target folder.",
    "Resolve the path and refuse what does not start with the target folder and a separator.",
    "CWE-22"))
{
    private static readonly Regex Join = Pattern.Timed(@"(?<![\w$])(?:path|pth|Path|nodePath|sysPath)\s*\.\s*(?:join|resolve)\s*\(");
    private static readonly Regex Entry = Pattern.Timed(@"\b(?:\w*[eE]ntry|item|child|file)\.(?:entryName|fileName)\b|\b(?:\w*[eE]ntry|header)\.(?:path|name)\b");
    private static readonly Regex Archive = Pattern.Linear(@"\b(un)?(zip|tar|gzip|archive|inflate)|entryName|Zip|[eE]xtract", ignoreCase: false);
    private static readonly Regex Listing = Pattern.Linear("readdir|Dirent|opendir|walk|glob");
    private static readonly Regex Guard = Pattern.Timed(@"startsWith|indexOf\s*\(|\.relative\s*\(|basename|saniti|\bisSafe|\.\.(?=['""\\/])", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["entry", "Entry", "header."];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        if (!Archive.IsMatch(file.Text) || Listing.IsMatch(file.Code))
        {
            yield break;
        }

        foreach (var (start, open, arguments) in Calls(file, Join).Where(c => c.Arguments.Count > 1))
        {
            if (arguments.Skip(1).Any(a => Entry.IsMatch(Code(file, a)) && !Guard.IsMatch(Code(file, a))) && !Guard.IsMatch(FunctionText(file, start)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
