using System.Text;
using Agents.Rules;

namespace Agents.Reviewer.Tests.Catalog;

public sealed class RuleCatalogTests
{
    [Fact]
    public void All_Rules_AreWellFormed()
    {
        RuleCatalog.All.Count.ShouldBeGreaterThanOrEqualTo(130);
        RuleCatalog.All.Select(r => r.Id).ShouldBeUnique();
        foreach (var rule in RuleCatalog.All)
        {
            rule.Id.ShouldMatch("^[a-z0-9]+(-[a-z0-9]+)+$");
            rule.Title.ShouldNotBeNullOrWhiteSpace(rule.Id);
            rule.Explanation.Length.ShouldBeGreaterThan(20, rule.Id);
            rule.Remedy.ShouldNotBeNullOrWhiteSpace(rule.Id);
            rule.Languages.ShouldNotBe(Languages.None, rule.Id);
            (rule.Cwe is null || rule.Cwe.StartsWith("CWE-", StringComparison.Ordinal)).ShouldBeTrue(rule.Id);
            (rule.Category != Category.Security || rule.Cwe is not null).ShouldBeTrue($"{rule.Id}: every security rule names its weakness");
        }
    }

    [Theory]
    [InlineData(Languages.Java)]
    [InlineData(Languages.Go)]
    [InlineData(Languages.Shell)]
    [InlineData(Languages.Docker)]
    [InlineData(Languages.Yaml)]
    public void All_Languages_HaveRulesOfTheirOwn(Languages language) => RuleCatalog.All.Count(r => r.Languages == language).ShouldBeGreaterThanOrEqualTo(4);

    [Fact]
    public void All_Fixes_CoverThreeLanguages()
    {
        var fixable = RuleCatalog.All.Where(r => r.HasFix).ToList();
        fixable.Count.ShouldBeGreaterThanOrEqualTo(6);
        fixable.ShouldContain(r => r.Languages.HasFlag(Languages.CSharp));
        fixable.ShouldContain(r => r.Languages.HasFlag(Languages.JavaScript));
        fixable.ShouldContain(r => r.Languages.HasFlag(Languages.Python));
    }

    /// <summary>Fails when docs/rules.md is stale; with UPDATE_DOCS=1 in the environment it writes the page instead.</summary>
    [Fact]
    public void Page_OfAllRules_IsUpToDate()
    {
        var path = Path.Combine(Repository.Root, "docs", "rules.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }

        File.Exists(path).ShouldBeTrue("UPDATE_DOCS=1 writes it");
        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(page, "UPDATE_DOCS=1 writes it anew");
    }

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("# Rules of the reviewer\n\n");
        page.Append($"{RuleCatalog.All.Count} rules. This page is generated from the catalogue by a test; do not edit it.\n\n");
        page.Append("A comment `agents-ignore: rule-id reason` on the line, or on the one above, takes a finding out; without a reason it does not count. ");
        page.Append("Test code is read only by the rules marked so; copies of other people's code, build output, generated and minified files by none.\n");
        foreach (var category in RuleCatalog.All.GroupBy(r => r.Category).OrderBy(g => g.Key))
        {
            page.Append($"\n## {category.Key}\n");
            foreach (var rule in category)
            {
                var marks = string.Join(", ", new[] { rule.Severity.ToString().ToUpperInvariant(), rule.Cwe, Read(rule.Languages), rule.HasFix ? "carries a fix" : null, rule.InTests ? "also in tests" : null }.OfType<string>());
                page.Append($"\n### {rule.Id}\n{rule.Title}. {marks}.\n\n{rule.Explanation}\n\nRemedy: {rule.Remedy}\n");
            }
        }

        return page.ToString();
    }

    private static string Read(Languages languages) => languages switch
    {
        Languages.CSharp => "C#",
        Languages.Script => "JavaScript and TypeScript",
        Languages.Python => "Python",
        Languages.Shell => "shell scripts",
        Languages.Docker => "Dockerfiles",
        Languages.Yaml => "YAML",
        Languages.Any => "any text",
        _ => languages.ToString(),
    };
}
