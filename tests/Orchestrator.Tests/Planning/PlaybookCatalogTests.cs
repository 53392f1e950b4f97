using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

public sealed class PlaybookCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Shipped_HasNoErrors()
    {
        var catalog = PlaybookCatalog.Load(PlaybookFiles.Shipped);
        catalog.Errors.ShouldBeEmpty();
        catalog.Playbooks.Select(playbook => playbook.Name).ShouldBe(["answer", "code-audit", "research-report"]);
        catalog.Find("answer")!.Roles.ShouldBe(["researcher"]);
        catalog.Find("code-audit")!.Roles.ShouldBe(["analyst", "developer", "planner", "researcher", "reviewer", "writer"]);
        catalog.Find("research-report")!.Roles.ShouldBe(["researcher", "reviewer", "writer"]);
    }

    [Fact]
    public void Load_OneBadFile_KeepsTheOthers()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal);
        _folder.Write("broken.yaml", "name: broken\ntasks: [");
        _folder.Write("notes.txt", "not a playbook");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Playbooks.ShouldHaveSingleItem().Name.ShouldBe("minimal");
        catalog.Find("broken").ShouldBeNull();
        catalog.ErrorsOf("broken").ShouldHaveSingleItem().ToString().ShouldStartWith($"{Path.GetFileName(_folder.Path)}/broken.yaml:2:");
        catalog.ErrorsOf("minimal").ShouldBeEmpty();
        catalog.Errors.Count.ShouldBe(1);
    }

    [Fact]
    public void Load_TwoFilesOfOneName_KeepsTheFirst()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal);
        _folder.Write("minimal.yml", PlaybookFiles.Minimal);
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Playbooks.ShouldHaveSingleItem();
        catalog.Errors.ShouldHaveSingleItem().Reason.ShouldContain("another file for the playbook 'minimal'");
    }

    [Fact]
    public void Load_HugeFile_IsNotRead()
    {
        _folder.Write("huge.yaml", new string('x', 2_000_000));
        PlaybookCatalog.Load(_folder.Path).Errors.ShouldHaveSingleItem().Reason.ShouldContain("2000000 bytes");
    }

    [Fact]
    public void Load_NoFolder_NamesTheSetting() =>
        Should.Throw<DirectoryNotFoundException>(() => PlaybookCatalog.Load("/nowhere/at/all")).Message.ShouldContain("Playbooks:Path is '/nowhere/at/all'");
}
