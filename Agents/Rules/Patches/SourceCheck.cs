using Agents.Rules.Auditing;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;

namespace Agents.Rules.Patches;

/// <summary>Compares a file before and after a change, by syntax and by rules.</summary>
public static class SourceCheck
{
    /// <summary>Why the changed text is no longer sound source, or null: more syntax errors (C#) or brackets that do not match (scripts, Python).</summary>
    /// <param name="path">The file: its name tells the language.</param>
    /// <param name="before">Its text.</param>
    /// <param name="after">Its new text.</param>
    public static string? Broken(string path, string before, string after)
    {
        var (old, now) = (new SourceFile(path, before), new SourceFile(path, after));
        switch (now.Language)
        {
            case Languages.CSharp:
                var error = now.CSharp.Tree.GetDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error);
                return error is not null && Errors(now) > Errors(old) ? $"the result does not parse: {error.GetMessage()}" : null;
            case Languages.JavaScript or Languages.TypeScript or Languages.Python:
                return Unmatched(now) > Unmatched(old) ? "the result has brackets that do not match" : null;
            default:
                return null;
        }
    }

    /// <summary>The findings of one rule in a text.</summary>
    /// <param name="rule">The rule's id.</param>
    /// <param name="path">The file: its name tells the language.</param>
    /// <param name="text">Its text.</param>
    /// <returns>Null when there is no such rule.</returns>
    public static IReadOnlyList<Finding>? Findings(string rule, string path, string text) =>
        RuleCatalog.Find(rule) is { } known ? SourceReview.Text(path, text, [known]).Findings : null;

    /// <summary>All findings in a text.</summary>
    /// <param name="path">The file: its name tells the language.</param>
    /// <param name="text">Its text.</param>
    public static IReadOnlyList<Finding> Findings(string path, string text) => SourceReview.Text(path, text).Findings;

    /// <summary>The findings of a category that a change brings: what a file had before does not count, and lines that only moved neither.</summary>
    /// <param name="category">Which rules.</param>
    /// <param name="path">The file: its name tells the language.</param>
    /// <param name="before">Its text; null: the file is new.</param>
    /// <param name="after">Its new text.</param>
    public static IReadOnlyList<Finding> Brought(Category category, string path, string? before, string after)
    {
        var known = before is null ? [] : Findings(path, before).CountBy(finding => finding.Rule).ToDictionary(StringComparer.Ordinal);
        return [.. Findings(path, after)
            .Where(finding => finding.Category.Equals(category.ToString(), StringComparison.OrdinalIgnoreCase))
            .GroupBy(finding => finding.Rule, StringComparer.Ordinal)
            .SelectMany(group => group.Skip(known.GetValueOrDefault(group.Key)))];
    }

    private static int Errors(SourceFile file) => file.CSharp.Tree.GetDiagnostics().Count(d => d.Severity == DiagnosticSeverity.Error);

    private static int Unmatched(SourceFile file)
    {
        var count = 0;
        for (var i = 0; i < file.Code.Length; i++)
        {
            if (file.Code[i] is '(' or ')' or '[' or ']' or '{' or '}' && file.Brackets.Partner(i) < 0)
            {
                count++;
            }
        }

        return count;
    }
}
