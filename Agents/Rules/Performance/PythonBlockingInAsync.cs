using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Performance;

/// <summary>Calls that stop the event loop.</summary>
internal sealed class PythonBlockingInAsync() : ScriptRule(new RuleInfo(
    "py-blocking-in-async",
    "Blocking call in a coroutine",
    Category.Performance,
    Severity.High,
    Languages.Python,
    "While this call waits, the event loop runs nothing else: every other task and connection stands still.",
    "await asyncio.sleep, an asynchronous client, or asyncio.to_thread.",
    HasFix: true))
{
    private static readonly Regex Blocking = Pattern.Timed(@"(?<![\w.])(?<c>time\.sleep|requests\.(?:get|post|put|delete|head|patch|request)|urllib\.request\.urlopen|subprocess\.(?:run|call|check_call|check_output)|os\.system)\s*\(");

    public override IReadOnlyList<string> Triggers => ["async def"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Blocking))
        {
            if (file.Structure.FunctionAt(match.Index) is not { IsAsync: true })
            {
                continue;
            }

            var name = match.Groups["c"];
            var fix = name.Value == "time.sleep" && Pattern.Linear(@"^import asyncio\b").IsMatch(file.Code)
                ? Replace(file, name.Index, name.Index + name.Length, "await asyncio.sleep", "Let other tasks run while it waits.")
                : null;
            yield return Found(file, match.Index, match.Index + match.Length, fix: fix);
        }
    }
}
