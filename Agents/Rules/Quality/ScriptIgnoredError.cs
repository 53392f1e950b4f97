using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Callbacks that do not look at the error.</summary>
internal sealed class ScriptIgnoredError() : ScriptRule(new RuleInfo(
    "js-ignored-callback-error",
    "Callback ignores its error",
    Category.Quality,
    Severity.Medium,
    Languages.Script,
    "The first parameter says whether the call failed, and is never looked at: a failure goes on as if it had worked.",
    "Handle the error first, or pass it on.",
    "CWE-391"))
{
    private static readonly Regex First = Pattern.Linear(@"^\s*(err|error)\s*,\s*[A-Za-z_$]");

    public override IReadOnlyList<string> Triggers => ["err"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var function in file.Structure.Blocks.Where(b => b.Kind == BlockKind.Function && First.IsMatch(b.Parameters)))
        {
            var name = First.Match(function.Parameters).Groups[1].Value;
            var body = file.Code[function.BodyStart..function.BodyEnd];
            var parameters = function.Parameters.Split(',').Skip(1).Select(p => p.Trim());
            var deliberate = !body.Contains(';', StringComparison.Ordinal) || body.Count(c => c is ';' or '{') < 2;
            var isCallback = !deliberate && function.Name.Length == 0 && function.Parameters.Count(c => c == ',') == 1;
            if (isCallback && !string.IsNullOrWhiteSpace(body) && !Assignments.HasWord(body, name) && !Assignments.HasWord(body, "arguments") && parameters.Any(p => Assignments.HasWord(body, p))
                && !parameters.Any(p => Pattern.Timed($@"if\s*\(\s*!?\s*{Regex.Escape(p)}\b|(?<![\w$.]){Regex.Escape(p)}\s*(?:&&|\|\||\?)").IsMatch(body)) && !file.HasComment(function.BodyStart, file.Lines.End(file.Lines.LineAt(function.BodyStart) + 1)))
            {
                yield return Found(file, function.Start, function.BodyStart);
            }
        }
    }
}
