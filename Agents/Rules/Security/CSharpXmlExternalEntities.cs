using Agents.Rules.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Agents.Rules.Security;

/// <summary>XML readers told to fetch external entities.</summary>
internal sealed class CSharpXmlExternalEntities() : CSharpRule(new RuleInfo(
    "cs-xml-external-entities",
    "XML reader fetches external entities",
    Category.Security,
    Severity.High,
    Languages.CSharp,
    "A document with a DTD can make this reader fetch local files and addresses inside the network, or grow without end.",
    "DtdProcessing.Prohibit, and XmlResolver = null.",
    "CWE-611"))
{
    public override IReadOnlyList<string> Triggers => ["DtdProcessing", "XmlUrlResolver", "ProhibitDtd"];

    protected override IEnumerable<Finding> Check(SourceFile file, CSharpSource source)
    {
        foreach (var assignment in source.Nodes<AssignmentExpressionSyntax>())
        {
            var hit = assignment.Left.LastName() switch
            {
                "DtdProcessing" => assignment.Right.ToString().EndsWith("DtdProcessing.Parse", StringComparison.Ordinal) && !ResolverOff(assignment),
                "ProhibitDtd" => assignment.Right.ToString() == "false" && !ResolverOff(assignment),
                "XmlResolver" => assignment.Right is ObjectCreationExpressionSyntax creation && creation.Type.LastName() == "XmlUrlResolver",
                _ => false,
            };
            if (hit)
            {
                yield return At(file, assignment);
            }
        }
    }

    private static bool ResolverOff(AssignmentExpressionSyntax assignment) =>
        assignment.Member()?.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a => a.Left.LastName() == "XmlResolver" && a.Right.ToString() == "null") == true;
}
