using Agents.Rules;
using Agents.Rules.Auditing;

namespace Agents.Reviewer.Tests.Rules;

public sealed class RuleTests
{
    private static readonly IReadOnlyList<RuleCase> All =
    [
        .. CSharpSecurityCases.All, .. CSharpPerformanceCases.All, .. CSharpQualityCases.All,
        .. ScriptSecurityCases.All, .. ScriptPerformanceCases.All, .. ScriptQualityCases.All,
        .. PythonSecurityCases.All, .. PythonPerformanceCases.All, .. PythonQualityCases.All,
        .. SecretCases.All, .. JavaGoCases.All, .. OperationsCases.All,
    ];

    public static TheoryData<string> Rules => [.. RuleCatalog.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Check_EverySnippet_IsJudgedAsTheTableSays(string id)
    {
        var cases = All.Where(c => c.Rule == id).ToList();
        cases.ShouldContain(c => c.IsBad, "every rule has a snippet that it must find");
        cases.ShouldContain(c => !c.IsBad, "every rule has a snippet that it must leave alone");
        foreach (var one in cases)
        {
            var outcome = SourceReview.Text(one.Path, one.Code, [RuleCatalog.Find(id)!]);
            outcome.Failed.ShouldBeEmpty(one.Code);
            (outcome.Findings.Count > 0).ShouldBe(one.IsBad, $"{id} on:\n{one.Code}");
        }
    }

    [Fact]
    public void Cases_AllOfThem_NameARuleOfTheCatalogue()
    {
        var ids = RuleCatalog.All.Select(r => r.Id).ToHashSet();
        All.Where(c => !ids.Contains(c.Rule)).Select(c => c.Rule).ShouldBeEmpty();
    }

    [Fact]
    public void Check_EveryFinding_LiesInTheFileAndQuotesIt()
    {
        foreach (var one in All.Where(c => c.IsBad))
        {
            var lines = one.Code.Split('\n').Length;
            foreach (var finding in SourceReview.Text(one.Path, one.Code).Findings)
            {
                finding.StartLine.ShouldBeInRange(1, lines, one.Code);
                finding.EndLine.ShouldBeInRange(finding.StartLine, lines, one.Code);
                if (!finding.Snippet.Contains("(blanked)", StringComparison.Ordinal))
                {
                    one.Code.ShouldContain(finding.Snippet);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Check_RulesThatPromiseAFix_CarryOneThatRemovesTheFinding(string id)
    {
        var rule = RuleCatalog.Find(id)!;
        var fixes = 0;
        foreach (var one in All.Where(c => c.Rule == id && c.IsBad))
        {
            foreach (var finding in SourceReview.Text(one.Path, one.Code, [rule]).Findings.Where(f => f.Fix is not null))
            {
                fixes++;
                var lines = one.Code.Split('\n').ToList();
                lines.RemoveRange(finding.Fix!.StartLine - 1, finding.Fix.EndLine - finding.Fix.StartLine + 1);
                lines.InsertRange(finding.Fix.StartLine - 1, finding.Fix.Replacement.Length == 0 ? [] : finding.Fix.Replacement.Split('\n'));
                var before = SourceReview.Text(one.Path, one.Code, [rule]).Findings.Count;
                SourceReview.Text(one.Path, string.Join('\n', lines), [rule]).Findings.Count.ShouldBeLessThan(before, finding.Fix.Replacement);
            }
        }

        (fixes > 0).ShouldBe(rule.Info.HasFix, "HasFix says whether findings carry a fix");
    }
}
