using Agents.Rules.Regexes;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Regular expressions that a short text can keep busy for ever.</summary>
internal sealed class CSharpRegexExponential() : CSharpRule(new RuleInfo(
    "cs-regex-exponential",
    "Regular expression with exponential time",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "The pattern can read the same text in two ways again and again; some fifty characters that do not match take hours.",
    "Make the repeated parts exclude each other, set a time-out, or use RegexOptions.NonBacktracking.",
    "CWE-1333"))
{
    private static readonly HashSet<string> Calls = ["IsMatch", "Match", "Matches", "Replace", "Split"];

    public override IReadOnlyList<string> Triggers => ["Regex"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => c.Type.LastName() == "Regex"))
        {
            var arguments = creation.ArgumentList?.Arguments ?? default;
            if (arguments.Count is 1 or 2 && IsExponential(arguments[0].Expression, creation.ToString()))
            {
                yield return At(file, creation);
            }
        }

        foreach (var call in source.Nodes<InvocationExpressionSyntax>().Where(c => Calls.Contains(c.MethodName()) && c.Receiver().LastName() == "Regex"))
        {
            var arguments = call.ArgumentList.Arguments;
            if (arguments.Count >= 2 && IsExponential(arguments[1].Expression, call.ToString()))
            {
                yield return At(file, call);
            }
        }
    }

    private static bool IsExponential(ExpressionSyntax pattern, string call) =>
        !call.Contains("NonBacktracking", StringComparison.Ordinal) && !call.Contains("TimeSpan", StringComparison.Ordinal)
        && !call.Contains("IgnorePatternWhitespace", StringComparison.Ordinal)
        && pattern.ConstantText() is { } text
        && RegexAmbiguity.IsExponential(text, call.Contains("IgnoreCase", StringComparison.Ordinal), call.Contains("Singleline", StringComparison.Ordinal));
}
