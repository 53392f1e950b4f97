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
        catalog.Playbooks.Select(playbook => playbook.Name)
            .ShouldBe(Directory.GetFiles(PlaybookFiles.Shipped, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        catalog.Find("manager")!.Uses.ShouldHaveSingleItem().Playbook.ShouldBe("pipeline");
        catalog.Find("teams")!.Roles.ShouldBe(["team", "writer"]);
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

    private void WriteUser(string name, string uses, string rest = "") => _folder.Write($"{name}.yaml", $$"""
        name: {{name}}
        title: T
        description: D
        tasks:
          team:
            playbook: {{uses}}
        {{rest}}
        """);

    [Fact]
    public void Load_PlaybookThatUsesAnother_FindsIt()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal);
        WriteUser("outer", "minimal");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Errors.ShouldBeEmpty();
        var task = catalog.Find("outer")!.Draft.Tasks.ShouldHaveSingleItem();
        task.SubRun.Playbook.ShouldBe("minimal");
        catalog.Find("outer")!.Roles.ShouldBeEmpty();
    }

    [Fact]
    public void Load_PlaybookThatUsesNone_TellsWhereAndWhatIsMeant()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal);
        WriteUser("outer", "minimall");
        WriteUser("outermost", "outer");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Playbooks.ShouldHaveSingleItem().Name.ShouldBe("minimal");
        var error = catalog.ErrorsOf("outer").ShouldHaveSingleItem();
        error.ToString().ShouldStartWith($"{Path.GetFileName(_folder.Path)}/outer.yaml:6:15: tasks.team.playbook: there is no playbook 'minimall'");
        error.Reason.ShouldEndWith("did you mean 'minimal'?");
        catalog.ErrorsOf("outermost").ShouldHaveSingleItem().Reason.ShouldContain("there is no playbook 'outer' that can be used");
    }

    [Fact]
    public void Load_PlaybooksInACircle_NamesIt()
    {
        WriteUser("a", "b");
        WriteUser("b", "c");
        WriteUser("c", "a");
        WriteUser("self", "self");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Playbooks.ShouldBeEmpty();
        catalog.ErrorsOf("a").ShouldHaveSingleItem().Reason.ShouldEndWith("run in a circle: a → b → c → a");
        catalog.ErrorsOf("self").ShouldHaveSingleItem().Reason.ShouldEndWith("run in a circle: self → self");
    }

    [Fact]
    public void Load_InputThatTheOtherDoesNotTake_IsRefused()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal + "\ninputs: {properties: {area: {type: string}}}");
        WriteUser("good", "minimal", "    input: {area: src}");
        WriteUser("outer", "minimal", "    input: {aria: src}");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.ErrorsOf("good").ShouldBeEmpty();
        catalog.ErrorsOf("outer").ShouldHaveSingleItem().Reason.ShouldEndWith("the playbook 'minimal' has no input 'aria'");
    }

    [Fact]
    public void Load_NestedTooDeep_IsRefused()
    {
        _folder.Write("minimal.yaml", PlaybookFiles.Minimal);
        for (var depth = 1; depth <= 9; depth++)
            WriteUser($"p{depth}", depth == 1 ? "minimal" : $"p{depth - 1}");
        var catalog = PlaybookCatalog.Load(_folder.Path);
        catalog.Find("p8").ShouldNotBeNull();
        catalog.ErrorsOf("p9").ShouldHaveSingleItem().Reason.ShouldEndWith("runs would nest 9 deep; at most 8 are allowed");
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
