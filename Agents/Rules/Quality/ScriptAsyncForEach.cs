using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Asynchronous functions given to what does not wait.</summary>
internal sealed class ScriptAsyncForEach() : ScriptRule(new RuleInfo(
    "js-async-foreach",
    "forEach does not wait for an asynchronous function",
    Category.Quality,
    Severity.High,
    Languages.Script,
    "forEach starts all calls and waits for none: what follows runs before they are done, and a failure becomes an unhandled rejection.",
    "for...of with await, or await Promise.all(xs.map(...))."))
{
    private static readonly Regex ForEach = Pattern.Timed(@"\.forEach\s*\(\s*async\b");

    public override IReadOnlyList<string> Triggers => ["forEach"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, ForEach))
        {
            yield return Found(file, match.Index + 1, match.Index + match.Length);
        }
    }
}
