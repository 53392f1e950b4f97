using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>Password hashing with too few rounds.</summary>
internal sealed class CSharpWeakKeyDerivation() : CSharpRule(new RuleInfo(
    "cs-weak-key-derivation",
    "Key derivation with too few rounds",
    Category.Security,
    Severity.Medium,
    Languages.CSharp,
    "So few rounds let an attacker with the stored value try passwords by the million per second.",
    "At least 100,000 iterations with SHA-256 or better, measured on your hardware.",
    "CWE-916"))
{
    private const int Least = 10_000;

    public override IReadOnlyList<string> Triggers => ["Rfc2898DeriveBytes"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var creation in source.Nodes<ObjectCreationExpressionSyntax>().Where(c => c.Type.LastName() == "Rfc2898DeriveBytes"))
        {
            var arguments = creation.ArgumentList?.Arguments ?? default;
            if (arguments.Count == 2)
            {
                yield return At(file, creation, "Without a count this uses 1,000 rounds of SHA-1: an attacker with the stored value tries passwords by the million per second.");
            }
            else if (arguments.Count >= 3 && int.TryParse(arguments[2].ToString().Replace("_", "", StringComparison.Ordinal), out var rounds) && rounds < Least)
            {
                yield return At(file, creation);
            }
        }
    }
}
