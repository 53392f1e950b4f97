using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Performance;

/// <summary>Sleeping threads in asynchronous code.</summary>
internal sealed class CSharpSleepInAsync() : CSharpRule(new RuleInfo(
    "cs-sleep-in-async",
    "Thread.Sleep in asynchronous code",
    Category.Performance,
    Severity.Medium,
    Languages.CSharp,
    "The function is asynchronous and yet holds its thread while it waits.",
    "await Task.Delay.",
    HasFix: true))
{
    public override IReadOnlyList<string> Triggers => ["Thread.Sleep"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source) =>
        source.Nodes<InvocationExpressionSyntax>()
            .Where(c => c.MethodName() == "Sleep" && c.Receiver().LastName() == "Thread" && c.Function().IsAsync())
            .Select(c => At(file, c, fix: Replace(file, c, $"await System.Threading.Tasks.Task.Delay{c.ArgumentList}", "Wait without a thread.")));
}
