using Agents.Analyst;
using Agents.Rules.Metrics;
using Agents.Testing;

namespace Agents.Researcher.Tests.Analyst;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<MetricsOutput> TakeAsync() =>
        AnalystAgent.MetricsAsync(new MetricsInput(), new TestTaskContext(_folder.Path, ["git.log"]).Context, CancellationToken.None);

    [Fact]
    public async Task Metrics_RepositoryWithHistory_RanksHotSpots()
    {
        _folder.Git("init", "-q");
        for (var i = 0; i < 4; i++)
        {
            _folder.Write("often ünd.py", $"def f(a):\n    if a and {i}:\n        return 1\n");
            if (i == 0)
                _folder.Write("once.py", "def g(a):\n    return a\n");
            _folder.Git("add", "-A");
            _folder.Git("commit", "-q", "-m", $"change {i}");
        }

        var metrics = await TakeAsync();

        metrics.History.ShouldBe(new HistoryInfo(true, 4));
        metrics.Hotspots.Select(spot => (spot.File, spot.Commits, spot.Complexity, spot.Score)).ShouldBe([("often ünd.py", 4, 3, 100), ("once.py", 1, 1, 8.3)]);
        metrics.Complex[0].ShouldBe(new ComplexFunction("often ünd.py", "f", 1, 3, 3));
        metrics.Totals.ShouldBe(new Totals(2, 5, 5, 0, 2));
    }

    [Fact]
    public async Task Metrics_CopiedFile_IsDuplicationAndDrawn()
    {
        var body = string.Concat(Enumerable.Range(0, 12).Select(i => $"value{i} = engine.compute{i}(first, second + {i})\n"));
        _folder.Write("a.py", body).Write("b.py", body).Write("c.js", "var x = 1;\n");

        var metrics = await TakeAsync();

        metrics.Duplication.Percent.ShouldBe(96);
        metrics.Duplication.Largest.ShouldHaveSingleItem().Places.Select(place => place.File).ShouldBe(["a.py", "b.py"]);
        metrics.Charts.Select(chart => chart.Name).ShouldBe(["languages.svg"]);
        metrics.Charts[0].Description.ShouldBe("Code by language, in lines of code: Python 24; JavaScript 1.");
    }

    [Fact]
    public async Task Metrics_SubfolderOfARepository_CountsItsOwnFiles()
    {
        _folder.Git("init", "-q");
        _folder.Write("sub/a.py", "def f():\n    pass\n").Write("b.py", "x = 1\n");
        _folder.Git("add", "-A");
        _folder.Git("commit", "-q", "-m", "one");

        var metrics = await AnalystAgent.MetricsAsync(new MetricsInput(), new TestTaskContext(_folder.Combine("sub"), ["git.log"]).Context, CancellationToken.None);

        metrics.Hotspots.Select(spot => spot.File).ShouldBe(["a.py"]);
    }

    [Fact]
    public async Task Metrics_WithoutHistory_SaysSo()
    {
        _folder.Write("a.py", "x = 1\n");

        var metrics = await TakeAsync();

        metrics.History.Available.ShouldBeFalse();
        metrics.Notes.ShouldContain("The workspace has no git history; hot spots need one.");
    }

    [Fact]
    public async Task Metrics_RepositoryWithoutCommits_SaysSo()
    {
        _folder.Git("init", "-q");
        _folder.Write("a.py", "x = 1\n");

        (await TakeAsync()).Notes.ShouldContain("The git repository has no commits yet.");
    }

    [Fact]
    public async Task Metrics_RepositoryThatNamesAProgram_DoesNotRunIt()
    {
        _folder.Git("init", "-q");
        _folder.Write("a.py", "x = 1\n").Write(".gitattributes", "*.py diff=evil\n").Write("evil.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n");
        _folder.Run("chmod", "+x", "evil.sh");
        _folder.Git("add", "-A");
        _folder.Git("commit", "-q", "-m", "one");
        foreach (var key in new[] { "core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "diff.evil.command", "gpg.program", "core.sshCommand" })
            _folder.Git("config", key, _folder.Combine("evil.sh"));
        _folder.Git("config", "log.showSignature", "true");

        var metrics = await TakeAsync();

        metrics.History.Commits.ShouldBe(1);
        File.Exists(_folder.Combine("ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Metrics_NoSource_SaysSo()
    {
        _folder.Write("README.md", "text");

        var metrics = await TakeAsync();

        metrics.Totals.Files.ShouldBe(0);
        metrics.Notes.ShouldContain("The workspace has no source files.");
    }
}
