using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Agents.Hosting.Tests.Fakes;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class WorkspaceTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agents-hosting-").FullName;
    private FakeOrchestrator _orchestrator = null!;

    private string Files => Path.Combine(_folder, "work", "files");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Files, "src"));
        await File.WriteAllTextAsync(Path.Combine(Files, "src", "app.cs"), "class App;");
        _orchestrator = await FakeOrchestrator.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Root_PathBelowARoot_IsThePath() =>
        (await ReadAsync(new Workspace { Path = Files }, "src/app.cs", Root("work")))[^1].Result.Output.Fields["text"].StringValue.ShouldBe("src/app.cs: class App;");

    [Fact]
    public async Task Root_NoRootsConfigured_AllowsAnyPath() =>
        (await ReadAsync(new Workspace { Path = Files }, "src/app.cs"))[^1].Failure.ShouldBeNull();

    [Fact]
    public async Task Root_PathOutsideTheRoots_IsRefused() =>
        await FailsAsync(new Workspace { Path = Files }, "src/app.cs", "WORKSPACE_UNREADABLE", $"Workspace path \"{Files}\" is not below any of Workspaces:Roots ({Path.Combine(_folder, "other")}).", Root("other"));

    [Fact]
    public async Task Root_SiblingWithTheSameBeginning_IsRefused() =>
        await FailsAsync(new Workspace { Path = Files }, "src/app.cs", "WORKSPACE_UNREADABLE", null, Root("wor"));

    [Fact]
    public async Task Root_LinkOutOfTheRoots_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "roots"));
        var link = Path.Combine(_folder, "roots", "link");
        Directory.CreateSymbolicLink(link, Files);

        await FailsAsync(new Workspace { Path = link }, "src/app.cs", "WORKSPACE_UNREADABLE", null, Root("roots"));
    }

    [Fact]
    public async Task Root_MissingFolder_IsSaid()
    {
        var path = Path.Combine(_folder, "nowhere");

        await FailsAsync(new Workspace { Path = path }, "x", "WORKSPACE_MISSING", $"Workspace path \"{path}\" is not a folder on this machine.");
    }

    [Fact]
    public async Task Root_RunWithoutFiles_IsSaid() =>
        await FailsAsync(null, "x", "WORKSPACE_MISSING", "This task needs files, and the run has no workspace; submit it with one.");

    [Theory]
    [InlineData("../files2/x", "leads out of the workspace")]
    [InlineData("src/../../x", "leads out of the workspace")]
    [InlineData("/etc/passwd", "is absolute; paths are relative to the workspace")]
    public async Task Resolve_PathOut_IsRefused(string path, string rule) =>
        await FailsAsync(new Workspace { Path = Files }, path, "INVALID_INPUT", $"Path \"{path}\" {rule}.");

    [Fact]
    public async Task Resolve_LinkOut_IsRefused()
    {
        Directory.CreateSymbolicLink(Path.Combine(Files, "up"), "../..");
        Directory.CreateSymbolicLink(Path.Combine(Files, "in"), "src");

        await FailsAsync(new Workspace { Path = Files }, "up/x", "INVALID_INPUT", "Path \"up/x\" leads out of the workspace.");
        (await ReadAsync(new Workspace { Path = Files }, "in/app.cs"))[^1].Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Root_LinksInACircle_AreSaid()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a"), "b");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "b"), "a");

        await FailsAsync(new Workspace { Path = Path.Combine(_folder, "a") }, "x", "WORKSPACE_UNREADABLE", null);
    }

    [Fact]
    public async Task Packed_GoodArchive_IsUnpackedOnceForAll()
    {
        var artifact = Pack(("src/", null), ("src/app.cs", "class App;"), ("run.sh", "#!/bin/sh"));

        for (var task = 0; task < 3; task++)
            (await ReadAsync(new Workspace { Artifact = artifact }, "src/app.cs"))[^1].Result.Output.Fields["text"].StringValue.ShouldBe("src/app.cs: class App;");

        _orchestrator.State.Credentials.Count.ShouldBe(1);
        Directory.GetFileSystemEntries(Path.Combine(_folder, "cache")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("../evil.txt", "its path has \"..\"")]
    [InlineData("/tmp/evil.txt", "its path is absolute")]
    [InlineData("a/../../evil.txt", "its path has \"..\"")]
    public async Task Packed_NameThatLeadsOut_IsRefused(string name, string rule)
    {
        var artifact = Pack((name, "evil"));

        await FailsAsync(new Workspace { Artifact = artifact }, "x", "WORKSPACE_UNREADABLE", $"Workspace {artifact.Id} cannot be unpacked: entry \"{name}\" leads out of the workspace: {rule}.");
        Directory.GetFiles(_folder, "evil.txt", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.GetFileSystemEntries(Path.Combine(_folder, "cache")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Packed_LinkThatLeadsOut_IsRefused()
    {
        var artifact = Pack(tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = _folder });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "out/planted.txt") { DataStream = new MemoryStream("x"u8.ToArray()) });
        });

        await FailsAsync(new Workspace { Artifact = artifact }, "out/planted.txt", "WORKSPACE_UNREADABLE", $"Workspace {artifact.Id} cannot be unpacked: entry \"out\" is a link that leads out of the workspace, to \"{_folder}\".");

        File.Exists(Path.Combine(_folder, "planted.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Packed_LinkInside_IsPassedOver()
    {
        var artifact = Pack(tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.txt") { DataStream = new MemoryStream("x"u8.ToArray()) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "b.txt") { LinkName = "a.txt" });
        });

        (await ReadAsync(new Workspace { Artifact = artifact }, "a.txt"))[^1].Result.Output.Fields["text"].StringValue.ShouldBe("a.txt: x");
        Directory.GetFiles(Path.Combine(_folder, "cache"), "b.txt", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Packed_TooManyBytes_IsRefused()
    {
        var artifact = Pack(("zeros", new string('0', 3_000_000)));

        await FailsAsync(new Workspace { Artifact = artifact }, "x", "WORKSPACE_UNREADABLE", $"Workspace {artifact.Id} cannot be unpacked: it unpacks to more than 1000000 bytes (Workspaces:MaxBytes).", "--Workspaces:MaxBytes=1000000");
    }

    [Fact]
    public async Task Packed_TooManyEntries_IsRefused()
    {
        var artifact = Pack([.. Enumerable.Range(0, 11).Select(index => ($"{index}.txt", (string?)"x"))]);

        await FailsAsync(new Workspace { Artifact = artifact }, "x", "WORKSPACE_UNREADABLE", $"Workspace {artifact.Id} cannot be unpacked: it has more than 10 files and folders (Workspaces:MaxEntries).", "--Workspaces:MaxEntries=10");
    }

    [Fact]
    public async Task Packed_OtherContentThanItsId_IsRefused()
    {
        var artifact = Pack(("a", "a"));
        _orchestrator.State.Artifacts[artifact.Id] = (artifact, "other"u8.ToArray());

        await FailsAsync(new Workspace { Artifact = artifact }, "x", "WORKSPACE_UNREADABLE", $"Workspace {artifact.Id} came with other content (sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa).");
    }

    [Fact]
    public async Task Packed_NoArchive_IsRefused()
    {
        var artifact = _orchestrator.State.AddArtifact("workspace.tar.gz", Encoding.UTF8.GetBytes("this is no archive"));

        await FailsAsync(new Workspace { Artifact = artifact }, "x", "WORKSPACE_UNREADABLE", null);
    }

    [Fact]
    public async Task Packed_UnknownArtifact_IsMissing()
    {
        var id = $"sha256:{new string('0', 64)}";

        await FailsAsync(new Workspace { Artifact = new ArtifactRef { Id = id } }, "x", "WORKSPACE_MISSING", $"Workspace {id} is not stored.");
    }

    private string Root(string name) => $"--Workspaces:Roots:0={Path.Combine(_folder, name)}";

    private async Task FailsAsync(Workspace? workspace, string file, string code, string? message, params string[] settings)
    {
        var failure = (await ReadAsync(workspace, file, settings))[^1].Failure;
        failure.ShouldNotBeNull();
        failure.Code.ShouldBe(code, failure.Message);
        if (message is not null)
            failure.Message.ShouldBe(message);
    }

    private async Task<IReadOnlyList<TaskEvent>> ReadAsync(Workspace? workspace, string file, params string[] settings)
    {
        await using var agent = await RunningAgent.StartAsync(
            echo => echo.OnTask<Input, Output>("say", async (input, context, cancellationToken) =>
            {
                var path = context.Workspace.Resolve(input.Path);
                return new Output($"{context.Workspace.Relative(path)}: {await File.ReadAllTextAsync(path, cancellationToken)}");
            }),
            _orchestrator,
            [$"--Workspaces:CachePath={Path.Combine(_folder, "cache")}", .. settings]);
        var assignment = RunningAgent.Assignment(input: new { path = file });
        assignment.Workspace = workspace;
        return await agent.RunAsync(assignment);
    }

    private ArtifactRef Pack(params (string Name, string? Content)[] entries) => Pack(tar =>
    {
        foreach (var (name, content) in entries)
        {
            tar.WriteEntry(content is null
                ? new PaxTarEntry(TarEntryType.Directory, name)
                : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        }
    });

    private ArtifactRef Pack(Action<TarWriter> write)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip))
            write(tar);
        return _orchestrator.State.AddArtifact("workspace.tar.gz", packed.ToArray());
    }

    internal sealed record Input(string Path);

    internal sealed record Output(string Text);
}
