using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>MD5 or SHA-1 where the names around it speak of secrets.</summary>
internal sealed class CSharpWeakHash() : CSharpRule(new RuleInfo(
    "cs-weak-hash",
    "Broken hash in a security context",
    Category.Security,
    Severity.Medium,
    Languages.CSharp,
    "MD5 and SHA-1 can be forged, and are far too fast for passwords; the names around this call say that security depends on it.",
    "SHA-256 or better for signatures; Rfc2898DeriveBytes.Pbkdf2, bcrypt or Argon2 for passwords.",
    "CWE-328"))
{
    public override IReadOnlyList<string> Triggers => ["MD5", "SHA1"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>())
        {
            if (call.MethodName() is "Create" or "HashData" && IsWeak(call.Receiver().LastName()) && SecurityContext.Of(call))
            {
                yield return At(file, call);
            }
        }

        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>())
        {
            if (IsWeak(creation.Type.LastName()) && SecurityContext.Of(creation))
            {
                yield return At(file, creation);
            }
        }
    }

    private static bool IsWeak(string type) => type is "MD5" or "SHA1" or "MD5CryptoServiceProvider" or "SHA1Managed" or "SHA1CryptoServiceProvider" or "MD5Cng" or "SHA1Cng";
}
