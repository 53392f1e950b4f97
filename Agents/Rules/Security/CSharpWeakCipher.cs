using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Ciphers that are broken, and the block mode that shows patterns.</summary>
internal sealed class CSharpWeakCipher() : CSharpRule(new RuleInfo(
    "cs-weak-cipher",
    "Broken cipher or mode",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "DES, triple DES and RC2 can be broken by search; ECB encrypts equal blocks alike, so that patterns of the plain text show.",
    "Use AES-GCM (AesGcm), which also detects changes.",
    "CWE-327"))
{
    public override IReadOnlyList<string> Triggers => ["DES", "RC2", "ECB"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var call in source.Nodes<InvocationExpressionSyntax>())
        {
            if (call.MethodName() == "Create" && IsWeak(call.Receiver().LastName()))
            {
                yield return At(file, call);
            }
        }

        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => IsWeak(c.Type.LastName())))
        {
            yield return At(file, creation);
        }

        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>())
        {
            if (assignment.Right.ToString() == "CipherMode.ECB" && assignment.Left.LastName() == "Mode")
            {
                yield return At(file, assignment, "ECB encrypts equal blocks alike, so that patterns of the plain text show.", severity: Severity.Medium);
            }
        }
    }

    private static bool IsWeak(string type) => type is "DES" or "DESCryptoServiceProvider" or "TripleDES" or "TripleDESCryptoServiceProvider" or "TripleDESCng" or "RC2" or "RC2CryptoServiceProvider";
}
