using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Asynchronous calls that nobody waits for.</summary>
internal sealed class ScriptFloatingPromise() : ScriptRule(new RuleInfo(
    "js-floating-promise",
    "Asynchronous function called without await",
    Category.Quality,
    Severity.Medium,
    Languages.Script,
    "The function is asynchronous, and its promise is dropped: what follows runs before it is done, and a failure becomes an unhandled rejection.",
    "await it, return it, or handle its failure with catch.",
    "CWE-252"))
{
    public override IReadOnlyList<string> Triggers => ["async"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var functions = file.Structure.Blocks.Where(b => b.Kind == BlockKind.Function && b.Name.Length > 2).ToLookup(b => b.Name, StringComparer.Ordinal);
        foreach (var named in functions.Where(g => g.Count() == 1 && g.First().IsAsync && !IsMethod(file, g.First())))
        {
            var call = Pattern.Timed($@"^[ \t]*(?<c>{Regex.Escape(named.Key)}\s*\()");
            foreach (var (_, open, _) in Calls(file, call))
            {
                var end = CloseOf(file, open);
                var rest = file.Code.AsSpan(end).TrimStart(" \t");
                var ends = rest.Length == 0 || rest[0] is ';' or '\n' or '\r';
                var start = StatementStart(file, open);
                if (ends && !IsExplained(file, start) && file.Structure.FunctionAt(start) is { IsAsync: true } && StartsStatement(file.Code, start))
                {
                    yield return Found(file, start, end);
                }
            }
        }
    }

    /// <summary>A comment right above says why nobody waits.</summary>
    private static bool IsExplained(SourceFile file, int start) =>
        file.HasComment(file.Lines.Start(Math.Max(1, file.Lines.LineAt(start) - 1)), file.Lines.End(file.Lines.LineAt(start)));

    private static bool IsMethod(SourceFile file, Block function) => function.Parent?.Kind == BlockKind.Class;

    private static bool StartsStatement(string code, int start)
    {
        var before = code.AsSpan(0, start).TrimEnd();
        return before.Length == 0 || before[^1] is ';' or '{' or '}';
    }
}
