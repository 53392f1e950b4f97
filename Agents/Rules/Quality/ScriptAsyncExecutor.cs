using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Promises whose failure is lost.</summary>
internal sealed class ScriptAsyncExecutor() : ScriptRule(new RuleInfo(
    "js-async-promise-executor",
    "Promise made with an asynchronous function",
    Category.Quality,
    Severity.Medium,
    Languages.Script,
    "When the asynchronous function throws, the new promise is never settled: whoever awaits it waits for ever.",
    "Make the surrounding function async and await inside it."))
{
    private static readonly Regex Executor = Pattern.Timed(@"(?<![\w$.])new\s+Promise\s*(?:<[^()]*>)?\(\s*async\b");

    public override IReadOnlyList<string> Triggers => ["Promise"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Executor))
        {
            var close = file.Brackets.Partner(file.Code.IndexOf('(', match.Index));
            if (close > 0 && !Pattern.Timed(@"=>\s*\{\s*try\s*\{|\)\s*\{\s*try\s*\{").IsMatch(file.Code[match.Index..close]))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
