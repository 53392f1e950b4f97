using Agents.Researcher.Contracts;
using Agents.Researcher.Inventory;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Inventory;

public sealed class InventoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private InventoryOutput Take(int? maxAreaLines = null) => InventoryTaker.Take(_folder.Open(), new InventoryInput(MaxAreaLines: maxAreaLines), null, CancellationToken.None);

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("x = 1\n", count));

    [Fact]
    public void Take_MixedWorkspace_CountsByLanguage()
    {
        _folder.Write("a.py", "one\ntwo").Write("b.py", "one\n").Write("README.md", "# Title\n\ntext\n").Write("data.json", "{}").Write("logo.png", [0x89, 0, 1, 2]).Write("empty.cs", "");

        var inventory = Take();

        inventory.FilesTotal.ShouldBe(5);
        inventory.SourceFiles.ShouldBe(3);
        inventory.DocumentFiles.ShouldBe(1);
        inventory.Lines.ShouldBe(7);
        inventory.Languages.Select(l => (l.Language, l.Files, l.Lines)).ShouldBe([("Markdown", 1, 3L), ("Python", 2, 3L), ("JSON", 1, 1L), ("C#", 1, 0L)]);
        inventory.Skipped.Single().ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("binary"), s => s.Examples.ShouldBe(["logo.png"]));
        inventory.Areas.Single().Paths.ShouldBe(["."]);
    }

    [Fact]
    public void Take_LargeFolders_AreSplitAndSmallOnesPutTogether()
    {
        _folder.Write("setup.py", Lines(10)).Write("big/core/a.py", Lines(900)).Write("big/core/b.py", Lines(900)).Write("big/api/c.py", Lines(700)).Write("big/main.py", Lines(50));
        for (var i = 0; i < 6; i++)
            _folder.Write($"small{i}/x.py", Lines(100));

        var areas = Take(1000).Areas;

        areas.ShouldAllBe(area => area.Lines <= 1000);
        areas.Sum(area => area.Lines).ShouldBe(3160);
        areas.Count.ShouldBeLessThanOrEqualTo(5);
        areas.Select(area => area.Id).ShouldBeUnique();
        // Each path can be walked, and together they give every file once.
        var walked = areas.SelectMany(area => _folder.Open().Files(new WalkOptions { Paths = area.Paths })).Select(file => file.Path).ToList();
        walked.Order(StringComparer.Ordinal).ShouldBe(_folder.Open().Files().Select(file => file.Path));
    }

    [Fact]
    public void Take_ManyFilesInOneFolder_AreCutIntoAreas()
    {
        for (var i = 0; i < 30; i++)
            _folder.Write($"flat/f{i:00}.py", Lines(100));

        Take(1000).Areas.Select(area => area.Files).ShouldBe([10, 10, 10]);
    }

    [Fact]
    public void Take_NoSource_HasNoAreas()
    {
        _folder.Write("README.md", "text");

        Take().Areas.ShouldBeEmpty();
    }

    [Fact]
    public void Take_EmptyFolder_IsAllZero()
    {
        var inventory = Take();

        inventory.FilesTotal.ShouldBe(0);
        inventory.Areas.ShouldBeEmpty();
        inventory.Truncated.ShouldBeFalse();
    }
}
