using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Archive entries written where their name says.</summary>
internal sealed class CSharpArchiveTraversal() : CSharpRule(new RuleInfo(
    "cs-archive-path-traversal",
    "Archive entry can leave the target folder",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "The path comes from an archive entry's name; an entry named ../../x is written outside the target folder.",
    "Resolve with Path.GetFullPath and refuse what does not start with the target folder and a separator.",
    "CWE-22"))
{
    public override IReadOnlyList<string> Triggers => ["Path.Combine", "Path.Join"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>())
        {
            if (call.MethodName() is not ("Combine" or "Join") || call.Receiver().LastName() != "Path")
            {
                continue;
            }

            var names = call.ArgumentList.Arguments.Skip(1).Select(a => a.Expression.ToString());
            if (names.Any(IsEntryName) && call.Member() is { } member && !Checks(member.ToString()) && Writes(member.ToString()))
            {
                yield return At(file, call);
            }
        }
    }

    private static bool IsEntryName(string expression) =>
        expression.Contains("ntry.FullName", StringComparison.Ordinal) || expression.Contains("ntry.Key", StringComparison.Ordinal)
        || expression is "entry.Name" or "zipEntry.Name" or "theEntry.Name" or "tarEntry.Name" or "entry.FileName" or "zipEntry.FileName";

    private static bool Checks(string member) =>
        member.Contains("StartsWith", StringComparison.Ordinal) || member.Contains("\"..\"", StringComparison.Ordinal)
        || member.Contains("GetRelativePath", StringComparison.Ordinal) || member.Contains("GetFileName(", StringComparison.Ordinal);

    private static bool Writes(string member) =>
        member.Contains("ExtractToFile", StringComparison.Ordinal) || member.Contains("File.Create", StringComparison.Ordinal) || member.Contains("CopyTo", StringComparison.Ordinal)
        || member.Contains("FileStream", StringComparison.Ordinal) || member.Contains("WriteAll", StringComparison.Ordinal) || member.Contains("File.Open", StringComparison.Ordinal);
}
