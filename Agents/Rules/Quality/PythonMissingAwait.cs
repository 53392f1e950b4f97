using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Coroutines that never run.</summary>
internal sealed class PythonMissingAwait() : ScriptRule(new RuleInfo(
    "py-missing-await",
    "Coroutine called without await",
    Category.Quality,
    Severity.High,
    Languages.Python,
    "Calling a coroutine only makes it; without await nothing in it runs.",
    "await it.",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => ["async def"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var functions = file.Structure.Blocks.Where(b => b.Kind == BlockKind.Function && b.Name.Length > 0).ToLookup(b => b.Name, StringComparer.Ordinal);
        foreach (var named in functions.Where(g => g.All(b => b.IsAsync)))
        {
            var method = named.First().Parent?.Kind == BlockKind.Class;
            var call = Pattern.Timed($@"^[ \t]*(?<c>{(method ? @"self\." : "")}{Regex.Escape(named.Key)}\s*\()");
            foreach (var (_, open, _) in Calls(file, call))
            {
                var end = CloseOf(file, open);
                var start = StatementStart(file, open);
                var alone = file.Code[end..file.Lines.End(file.Lines.LineAt(end))].Trim().Length == 0;
                if (alone && file.PythonLines.Any(l => l.Start == start) && file.Structure.FunctionAt(start) is { IsAsync: true })
                {
                    yield return Found(file, start, end, fix: Replace(file, start, start, "await ", "Run the coroutine."));
                }
            }
        }
    }
}
