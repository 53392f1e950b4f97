using System.Text.RegularExpressions;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Processes started with a command line that is put together from values.</summary>
internal sealed class CSharpCommandInjection() : CSharpRule(new RuleInfo(
    "cs-command-injection",
    "Command line built from values",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "A process gets an argument string that is put together from values; a value with quotes or spaces becomes further arguments or commands.",
    "Pass each argument through ProcessStartInfo.ArgumentList, and do not go through a shell.",
    "CWE-78"))
{
    private static readonly Regex Shell = Pattern.Linear(@"^(.*[/\\])?(cmd(\.exe)?|(ba|z|da)?sh|powershell(\.exe)?|pwsh)$", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["Process"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>().Where(c => c.MethodName() == "Start" && c.Receiver().LastName() == "Process"))
        {
            if (Judge(call.ArgumentList) is { } severity)
            {
                yield return At(file, call, severity: severity);
            }
        }

        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => c.Type.LastName() == "ProcessStartInfo"))
        {
            if (Judge(creation.ArgumentList) is { } severity)
            {
                yield return At(file, creation, severity: severity);
            }
        }

        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>().Where(a => a.Left.LastName() == "Arguments" && CSharpText.IsBuilt(a.Right)))
        {
            var shell = UsesShell(assignment.Member());
            if (IsStartInfo(assignment) && (shell || FromParameter(assignment.Right)))
            {
                yield return At(file, assignment, severity: shell ? Severity.High : Severity.Medium);
            }
        }
    }

    private static Severity? Judge(ArgumentListSyntax? list)
    {
        var arguments = list?.Arguments ?? default;
        if (arguments.Count < 2 || !CSharpText.IsBuilt(arguments[1].Expression))
        {
            return null;
        }

        var shell = arguments[0].Expression.ConstantText() is { } program && Shell.IsMatch(program);
        return shell ? Severity.High : FromParameter(arguments[1].Expression) ? Severity.Medium : null;
    }

    /// <summary>Without a shell it matters only when text from outside the function gets in.</summary>
    private static bool FromParameter(ExpressionSyntax text)
    {
        var parameters = text.Member()?.DescendantNodes().OfType<ParameterSyntax>().Where(p => p.Type.LastName() is "string" or "String").Select(p => p.Identifier.Text).ToHashSet() ?? [];
        return CSharpText.OpenParts(text).SelectMany(p => p.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()).Any(i => parameters.Contains(i.Identifier.Text));
    }

    private static bool IsStartInfo(AssignmentExpressionSyntax assignment) =>
        assignment.Parent?.Parent is ObjectCreationExpressionSyntax creation
            ? creation.Type.LastName() == "ProcessStartInfo"
            : assignment.Left is MemberAccessExpressionSyntax && (assignment.Member()?.ToString().Contains("ProcessStartInfo", StringComparison.Ordinal) == true || assignment.Left.ToString().Contains("StartInfo", StringComparison.Ordinal));

    private static bool UsesShell(MemberDeclarationSyntax? member) =>
        member?.DescendantNodes().OfType<LiteralExpressionSyntax>().Any(l => l.ConstantText() is { } text && Shell.IsMatch(text)) == true;
}
