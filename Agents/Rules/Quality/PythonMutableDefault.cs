using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Defaults that remember the last call.</summary>
internal sealed class PythonMutableDefault() : ScriptRule(new RuleInfo(
    "py-mutable-default",
    "Default value that is shared by all calls",
    Category.Quality,
    Severity.Medium,
    Languages.Python,
    "The default is made once; the function changes it, so that each call sees what earlier ones left.",
    "Default to None and make the value inside."))
{
    private static readonly Regex Default = Pattern.Timed(@"(?<![\w.])(?<p>[A-Za-z_]\w*)\s*(?::[^=,()]*)?=\s*(?<v>\[\s*\]|\{\s*\}|list\(\)|dict\(\)|set\(\))");

    public override IReadOnlyList<string> Triggers => ["def "];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var function in file.Structure.Blocks.Where(b => b.Kind == BlockKind.Function))
        {
            var head = file.Code[function.Start..function.BodyStart];
            var body = file.Code[function.BodyStart..function.BodyEnd];
            foreach (Match match in Default.Matches(head))
            {
                var name = match.Groups["p"].Value;
                if (Changes(name).IsMatch(body) && !Pattern.Timed($@"^[ \t]*{Regex.Escape(name)}\s*=(?!=)").IsMatch(body))
                {
                    var at = function.Start + match.Index;
                    yield return Found(file, at, at + match.Length, $"The default of '{name}' is made once, and the function changes it: each call sees what earlier ones left.");
                }
            }
        }
    }

    private static Regex Changes(string name) => Pattern.Timed($@"(?<![\w.]){Regex.Escape(name)}(?:\.(?:append|extend|add|update|insert|setdefault|pop|remove|clear)\s*\(|\[[^\]\n]+\]\s*=(?!=)|\s*\+=)");
}
