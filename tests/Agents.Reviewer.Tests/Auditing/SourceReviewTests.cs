using Agents.Rules;
using Agents.Rules.Auditing;
using Agents.Workspaces;

namespace Agents.Reviewer.Tests.Auditing;

public sealed class SourceReviewTests : IDisposable
{
    private const string Bad = "function f(s) {\n  return eval(s);\n}\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_SourceInSeveralLanguages_FindsInEach()
    {
        _folder.Write("src/a.js", Bad);
        _folder.Write("src/b.py", "def f(s):\n    return eval(s)\n");
        _folder.Write("src/C.cs", "class C { void M() { var d = DES.Create(); } }\n");
        _folder.Write("notes.md", "eval(s)\n");

        var result = await RunAsync();

        result.Findings.Select(f => (f.Rule, f.File, f.StartLine)).ShouldBe(
            [("cs-weak-cipher", "src/C.cs", 1), ("js-code-injection", "src/a.js", 2), ("py-code-injection", "src/b.py", 2)]);
        result.FilesScanned.ShouldBe(3);
        result.LinesScanned.ShouldBe(6);
        result.Truncated.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_OneCategory_AppliesItsRulesOnly()
    {
        _folder.Write("a.js", Bad + "const c = JSON.parse(JSON.stringify(o));\n");

        var result = await RunAsync(new() { Workspace = _folder.Root, Category = Category.Performance });

        result.Findings.ShouldHaveSingleItem().Rule.ShouldBe("js-clone-by-json");
        result.Category.ShouldBe("performance");
        result.Rules.ShouldNotContain("js-code-injection");
    }

    [Theory]
    [InlineData("  return eval(s); // agents-ignore: js-code-injection the text is ours")]
    [InlineData("  // agents-ignore: js-code-injection, js-other the text is ours\n  return eval(s);")]
    public async Task RunAsync_SuppressedWithAReason_CountsItInsteadOfTellingIt(string line)
    {
        _folder.Write("a.js", $"function f(s) {{\n{line}\n}}\n");

        var result = await RunAsync();

        result.Findings.ShouldBeEmpty();
        result.Suppressed.ShouldBe(1);
    }

    [Theory]
    [InlineData("  return eval(s); // agents-ignore: js-code-injection")]
    [InlineData("  return eval(s); // agents-ignore: js-weak-hash the text is ours")]
    public async Task RunAsync_SuppressedWithoutReasonOrForAnotherRule_TellsIt(string line)
    {
        _folder.Write("a.js", $"function f(s) {{\n{line}\n}}\n");

        (await RunAsync()).Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task RunAsync_CodeThatIsNotTheirs_IsLeftOutAndSaid()
    {
        _folder.Write("src/a.js", Bad);
        _folder.Write("node_modules/x/a.js", Bad);
        _folder.Write("vendor/a.js", Bad);
        _folder.Write("dist/a.js", Bad);
        _folder.Write("src/a.min.js", Bad);
        _folder.Write("src/wide.js", "var a = " + new string('1', 2000) + "; eval(a);\n");
        _folder.Write("ignored/a.js", Bad);
        _folder.Write(".gitignore", "ignored/\n");
        _folder.Write("test/a.js", Bad);
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "link.js"), Path.Combine(_folder.Root, "src/a.js"));

        var result = await RunAsync();

        result.Findings.Select(f => f.File).ShouldBe(["src/a.js"]);
        result.Skipped.Select(s => s.Reason).ShouldBe(
            [SkipReport.BuildOutput, SkipReport.Dependencies, SkipReport.Generated, SkipReport.Ignored, SkipReport.SymbolicLink, "vendored"]);
    }

    [Fact]
    public async Task RunAsync_VendoredFolderAskedFor_IsReviewed()
    {
        _folder.Write("vendor/a.js", Bad);

        (await RunAsync(new() { Workspace = _folder.Root, Paths = ["vendor"] })).Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task RunAsync_MoreFindingsThanWanted_KeepsTheGravestAndSaysSo()
    {
        for (var i = 0; i < 30; i++)
        {
            _folder.Write($"a{i:D2}.js", "const c = JSON.parse(JSON.stringify(o));\n");
        }

        _folder.Write("z.js", Bad);

        var result = await RunAsync(new() { Workspace = _folder.Root, MaxFindings = 3 });

        result.Findings.Select(f => f.File).ShouldBe(["z.js", "a00.js", "a01.js"]);
        result.FindingsTotal.ShouldBe(31);
        result.Truncated.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_FileOverTheLimit_IsLeftOutAndSaid()
    {
        _folder.Write("big.js", Bad + new string('\n', 2_000));

        var result = await RunAsync(new() { Workspace = _folder.Root, MaxFileBytes = 1_000 });

        result.Findings.ShouldBeEmpty();
        result.Skipped.ShouldHaveSingleItem().Reason.ShouldBe(SkipReport.TooLarge);
    }

    [Fact]
    public async Task RunAsync_ManyFiles_TellsProgress()
    {
        for (var i = 0; i < 250; i++)
        {
            _folder.Write($"d{i % 7}/a{i}.js", Bad);
        }

        var progress = new Recorder();
        var result = await SourceReview.RunAsync(new() { Workspace = _folder.Root }, progress, CancellationToken.None);

        progress.Files.Order().ShouldBe([100, 200]);
        result.FindingsTotal.ShouldBe(250);
    }

    [Fact]
    public async Task RunAsync_Cancelled_Stops()
    {
        _folder.Write("a.js", Bad);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => SourceReview.RunAsync(new() { Workspace = _folder.Root }, null, stop.Token));
    }

    [Fact]
    public async Task RunAsync_WorkspaceMissing_SaysWhich()
    {
        var error = await Should.ThrowAsync<WorkspaceException>(() => RunAsync(new() { Workspace = _folder.Root + "/none" }));
        error.Code.ShouldBe(WorkspaceException.Missing);
        error.Message.ShouldContain("none");
    }

    [Fact]
    public async Task RunAsync_LimitNotPositive_NamesIt()
    {
        var error = await Should.ThrowAsync<WorkspaceException>(() => RunAsync(new() { Workspace = _folder.Root, MaxFindings = 0 }));
        error.Message.ShouldContain("max_findings");
    }

    [Theory]
    [InlineData("a.js")]
    [InlineData("a.py")]
    [InlineData("A.cs")]
    public async Task RunAsync_HostileText_ComesThrough(string name)
    {
        _folder.Write(name, string.Concat(Enumerable.Repeat("(((({{{{[[[[`${'\"", 2_000)) + "\nvar s = " + string.Join(" + ", Enumerable.Repeat("\"a\"", 20_000)) + ";\n" + string.Concat(Enumerable.Repeat("if (x) {\n", 3_000)));

        var result = await RunAsync();

        (result.FilesScanned + result.Skipped.Sum(s => s.Count)).ShouldBeGreaterThan(0);
    }

    private Task<SourceReviewResult> RunAsync(SourceReviewRequest? request = null) =>
        SourceReview.RunAsync(request ?? new() { Workspace = _folder.Root });

    private sealed class Recorder : IProgress<SourceReviewProgress>
    {
        public List<int> Files { get; } = [];

        public void Report(SourceReviewProgress value) => Files.Add(value.Files);
    }
}
