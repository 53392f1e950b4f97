using System.Text.RegularExpressions;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Tells by names whether security depends on a piece of code.</summary>
internal static class SecurityContext
{
    private static readonly Regex Words = Pattern.Timed(
        @"(?<![a-z])(?:pass(?:word|wd|phrase)|pwd|secret|credential|auth(?:enticat\w*|orizat\w*)?(?![a-z])|session_?(?:id|key|token)|(?:access|api|reset|csrf|auth|bearer|security|refresh|login)_?token|nonce|salt|otp|api_?key|private_?key|encrypt\w*|decrypt\w*|sign(?:ature|ed|ing)?_?(?:key|data|request|message|payload|url)|hmac)",
        ignoreCase: true);

    public static bool Of(SyntaxNode node)
    {
        var statement = node.Ancestors().FirstOrDefault(a => a is StatementSyntax and not BlockSyntax or MemberDeclarationSyntax);
        return Mentions(statement is StatementSyntax ? statement.ToString() : node.ToString()) || Mentions(MemberName(node.Member()));
    }

    public static bool Of(SourceFile file, int position)
    {
        var line = file.Lines.LineAt(position);
        var code = file.Code[file.Lines.Start(line)..file.Lines.End(line)];
        return Mentions(code) || Mentions(file.Structure.FunctionAt(position)?.Name ?? "");
    }

    /// <summary>For languages whose functions are not known: the line, the two on either side, and the head of the function or method before it.</summary>
    public static bool Around(SourceFile file, int position)
    {
        var line = file.Lines.LineAt(position);
        var (first, last) = (Math.Max(1, line - 2), Math.Min(file.Lines.Count, line + 2));
        if (Mentions(file.Text[file.Lines.Start(first)..file.Lines.End(last)]))
            return true;
        for (var at = line; at >= 1; at--)
        {
            if (Head.IsMatch(file.Code[file.Lines.Start(at)..file.Lines.End(at)]))
                return Mentions(file.Code[file.Lines.Start(at)..file.Lines.End(at)]);
        }

        return false;
    }

    public static bool Mentions(string names) => Words.IsMatch(Separated(names));

    /// <summary>Splits camel case, so that a word in the middle of a name has a beginning.</summary>
    private static string Separated(string names) => CamelCase.Replace(names, "_$0");

    private static readonly Regex Head = Pattern.Linear(@"^(?:func\b|\s*(?:public|private|protected|static)\b[^=;]*\()");

    private static readonly Regex CamelCase = Pattern.Timed("(?<=[a-z0-9])[A-Z]");

    private static string MemberName(MemberDeclarationSyntax? member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        FieldDeclarationSyntax field => field.Declaration.Variables.ToString(),
        _ => "",
    };
}
