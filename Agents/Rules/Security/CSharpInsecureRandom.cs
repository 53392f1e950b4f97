using System.Text.RegularExpressions;
using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Secrets from a generator that can be predicted.</summary>
internal sealed class CSharpInsecureRandom() : CSharpRule(new RuleInfo(
    "cs-insecure-random",
    "Secret from a predictable generator",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "System.Random can be predicted from a few outputs, and the names here say that the value is a secret.",
    "RandomNumberGenerator.GetBytes, GetInt32 or GetString.",
    "CWE-338"))
{
    private static readonly Regex Secret = Pattern.Timed("password|passwd|secret|token(?!ize|_?count)|salt|nonce|api_?key|session_?id|verification_?code|reset_?code|otp", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["Random"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => c.Type.LastName() == "Random"))
        {
            if (creation.Member() is MethodDeclarationSyntax method && Secret.IsMatch(method.Identifier.Text))
            {
                yield return At(file, creation);
            }
        }

        foreach (var call in source.Nodes<InvocationExpressionSyntax>().Where(c => c.MethodName() is "Next" or "NextBytes"))
        {
            if (call.Receiver()?.ToString() == "Random.Shared" && call.Member() is MethodDeclarationSyntax method && Secret.IsMatch(method.Identifier.Text))
            {
                yield return At(file, call);
            }
        }
    }
}
