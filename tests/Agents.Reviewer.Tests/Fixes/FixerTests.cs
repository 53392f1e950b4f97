using System.Diagnostics;
using Agents.Developer;
using Agents.Rules;
using Agents.Rules.Auditing;
using Agents.Workspaces;

namespace Agents.Reviewer.Tests.Fixes;

public sealed class FixerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("src/C.cs", "class C\n{\n    void M()\n    {\n        try { X(); }\n        catch (Exception e) { throw e; }\n    }\n}\n", "cs-rethrow-loses-stack")]
    [InlineData("src/C.cs", "class C\r\n{\r\n    async Task M()\r\n    {\r\n        var a = LoadAsync().Result;\r\n    }\r\n}\r\n", "cs-blocking-wait")]
    [InlineData("src/C.cs", "\uFEFFclass C { async void Load() { await X(); } }", "cs-async-void")]
    [InlineData("src/a b.js", "function f() {\n  debugger;\n  go();\n}\n", "js-debugger-statement")]
    [InlineData("src/a.js", "debugger", "js-debugger-statement")]
    [InlineData("src/a.js", "throw 'x';", "js-throw-literal")]
    [InlineData("src/a.ts", "const o = {\n  rejectUnauthorized: false,\n};\n", "js-certificate-check-off")]
    [InlineData("src/a.py", "import yaml\n\n\ndef f(s):\n    return yaml.load(s)\n", "py-yaml-load")]
    [InlineData("src/a.py", "try:\n\tf()\nexcept:\n\tlog()\n", "py-bare-except")]
    [InlineData("src/a.py", "if x is 'a':\n    f()\n", "py-is-literal")]
    public async Task RunAsync_FindingWithAFix_GivesADiffThatGitApplies(string path, string text, string rule)
    {
        var full = _folder.Write(path, text);
        var findings = (await ReviewAsync()).Findings;

        var result = await Fixer.RunAsync(_folder.Root, findings, rule);

        result.Applied.ShouldBeTrue(result.Note);
        result.File.ShouldBe(path);
        result.Rule.ShouldBe(rule);
        (await File.ReadAllTextAsync(full)).ShouldBe(text.TrimStart('\uFEFF'), "the workspace is not touched");
        await GitApplyAsync(result.Diff);
        (await ReviewAsync()).Findings.ShouldNotContain(f => f.Rule == rule);
    }

    [Fact]
    public async Task RunAsync_ManyFindings_GiveOneDiffThatRemovesThemAll()
    {
        _folder.Write("src/a b.js", "function f() {\n  debugger;\n  go();\n}\nfunction g() {\n  debugger;\n  throw 'x';\n}\n");
        _folder.Write("src/C.cs", "class C\r\n{\r\n    void M()\r\n    {\r\n        try { X(); }\r\n        catch (Exception e) { throw e; }\r\n    }\r\n\r\n    async void Load() { await X(); }\r\n}\r\n");
        _folder.Write("a.py", "import yaml\n\n\ndef f(s):\n    if s is 'a':\n        return yaml.load(s)\n");
        var findings = (await ReviewAsync()).Findings;
        var fixable = findings.Where(f => f.Fix is not null).ToList();
        fixable.Count.ShouldBe(7);

        var result = await Fixer.RunAsync(_folder.Root, findings);

        result.Applied.ShouldBeTrue(result.Note);
        result.NotApplied.ShouldBeEmpty(result.Note);
        result.Description.ShouldBe("7 fixes of 6 rules in 3 files.");
        result.Fixes.Select(fix => fix.File).ShouldBe(["a.py", "a.py", "src/C.cs", "src/C.cs", "src/a b.js", "src/a b.js", "src/a b.js"]);
        await GitApplyAsync(result.Diff);
        (await ReviewAsync()).Findings.Where(f => f.Fix is not null).ShouldBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(_folder.Root, "src/C.cs"))).Replace("\r\n", "").Contains('\n').ShouldBeFalse("line ends stay as they were");
    }

    [Fact]
    public async Task RunAsync_FixesOfTheSameLine_AreAppliedTheMoreSevereFirstAndTheOtherAnew()
    {
        _folder.Write("a.py", "import yaml\n\n\ndef f(s):\n    if s is 'a': return yaml.load(s)\n");
        var findings = (await ReviewAsync()).Findings;
        findings.Where(f => f.Fix is not null).Select(f => f.Rule).ShouldBe(["py-yaml-load", "py-is-literal"], ignoreOrder: true);

        var result = await Fixer.RunAsync(_folder.Root, [.. findings.Select(f => f with { Severity = f.Rule == "py-yaml-load" ? "HIGH" : "LOW" })]);

        result.Fixes.Select(fix => fix.Rule).ShouldBe(["py-yaml-load", "py-is-literal"]);
        await GitApplyAsync(result.Diff);
        (await File.ReadAllTextAsync(Path.Combine(_folder.Root, "a.py"))).ShouldEndWith("    if s == 'a': return yaml.safe_load(s)\n");
    }

    [Fact]
    public async Task RunAsync_SecondFixOfLinesThatAreSoundNow_IsToldAndNotApplied()
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n}\n");
        var finding = (await ReviewAsync()).Findings.Single();

        var result = await Fixer.RunAsync(_folder.Root, [finding, finding with { Fix = finding.Fix! with { Description = "The same in other words." } }]);

        result.Fixes.Count.ShouldBe(1);
        result.NotApplied.ShouldHaveSingleItem().Reason.ShouldBe("a fix of js-debugger-statement has changed the same lines, and the rule proposes nothing for them any more");
        result.Note.ShouldContain("Not applied: js-debugger-statement at a.js:2");
    }

    [Fact]
    public async Task RunAsync_First_AppliesOne()
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n  debugger;\n}\n");

        (await Fixer.RunAsync(_folder.Root, (await ReviewAsync()).Findings, "first")).Fixes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_FileHasChangedSince_PassesTheFindingOver()
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n}\n");
        var findings = (await ReviewAsync()).Findings;
        _folder.Write("a.js", "function g() {}\nfunction f() {\n  debugger;\n}\n");

        var result = await Fixer.RunAsync(_folder.Root, findings);

        result.Applied.ShouldBeFalse();
        result.Diff.ShouldBeEmpty();
        result.Note.ShouldContain("no longer says");
    }

    [Fact]
    public async Task RunAsync_FixThatBreaksTheSource_IsNotTaken()
    {
        _folder.Write("C.cs", "class C\n{\n    async void Load() { await X(); }\n}\n");
        var finding = (await ReviewAsync()).Findings.Single(f => f.Rule == "cs-async-void");
        var broken = finding with { Fix = finding.Fix! with { Replacement = "    async Task Load() { await X(;" } };

        var result = await Fixer.RunAsync(_folder.Root, [broken, finding]);

        result.Applied.ShouldBeTrue("the second finding is sound");
        result.Note.ShouldContain("does not parse");
    }

    [Fact]
    public async Task RunAsync_FixThatDoesNotHelp_IsNotTaken()
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n}\n");
        var finding = (await ReviewAsync()).Findings.Single();

        var result = await Fixer.RunAsync(_folder.Root, [finding with { Fix = finding.Fix! with { Replacement = "    debugger;" } }]);

        result.Applied.ShouldBeFalse();
        result.Note.ShouldContain("still finds it");
    }

    [Theory]
    [InlineData("../outside.js")]
    [InlineData("none.js")]
    [InlineData("/etc/passwd")]
    public async Task RunAsync_FileOutsideOrMissing_IsPassedOver(string file)
    {
        _folder.Write("a.js", "function f() {\n  debugger;\n}\n");
        var finding = (await ReviewAsync()).Findings.Single() with { File = file };

        (await Fixer.RunAsync(_folder.Root, [finding])).Applied.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_NothingToFix_SaysSo()
    {
        var result = await Fixer.RunAsync(_folder.Root, []);
        result.Applied.ShouldBeFalse();
        result.Note.ShouldBe("No finding carries a mechanical fix.");
    }

    [Fact]
    public async Task RunAsync_UnknownRuleChosen_NamesIt()
    {
        var error = await Should.ThrowAsync<WorkspaceException>(() => Fixer.RunAsync(_folder.Root, [], "no-such-rule"));
        error.Message.ShouldContain("no-such-rule");
    }

    private Task<SourceReviewResult> ReviewAsync() => SourceReview.RunAsync(new() { Workspace = _folder.Root });

    private async Task GitApplyAsync(string diff)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = _folder.Root, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "apply", "--whitespace=nowarn", "-" })
        {
            start.ArgumentList.Add(argument);
        }

        using var git = Process.Start(start)!;
        await git.StandardInput.BaseStream.WriteAsync(new System.Text.UTF8Encoding(false).GetBytes(diff));
        git.StandardInput.Close();
        var errors = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0, errors + diff);
    }
}
