using System.IO.Compression;
using Agents.Workspaces.Packing;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Tests.Planning;

public sealed class PackedWorkspacesTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly TemporaryFolder _store = new();
    private readonly DirectoryArtifactStore _artifacts;
    private readonly PackedWorkspaces _packed;

    public PackedWorkspacesTests()
    {
        _artifacts = new DirectoryArtifactStore(_store.Path, TimeProvider.System);
        _packed = new PackedWorkspaces(_artifacts, Options.Create(new PackedWorkspaceOptions { MaxEntries = 50 }));
    }

    public void Dispose()
    {
        _packed.Dispose();
        _files.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Take_PackedFolder_IsSurveyedAsTheFolderItself()
    {
        foreach (var name in (string[])["src/a.cs", "src/b.py", "docs/readme.md", "data/rows.csv", "build/out.js", "Makefile"])
            _files.Write(name, "x");
        var id = await StoreAsync("me");

        var (reference, survey) = await _packed.TakeAsync(new ArtifactRef { Id = id, Name = "w.tar.gz", Size = 1, MediaType = "text/html" }, "me", default);

        survey.ShouldBe(WorkspaceSurvey.Of(_files.Path));
        (survey.Source, survey.Documents, survey.Data, survey.Total).ShouldBe((2, 1, 1, 5));
        reference.ShouldBe(new ArtifactRef { Id = id, Name = "w.tar.gz", MediaType = WorkspacePacker.MediaType, Size = new FileInfo(Directory.GetFiles(_store.Path, "*.bin", SearchOption.AllDirectories).Single()).Length });
        Directory.GetFiles(_store.Path, "*.cs", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_ArtifactOfAnotherTenant_IsMissingAlsoWhenItIsKnownToBeGood()
    {
        _files.Write("a.cs", "x");
        var id = await StoreAsync("other");
        await _packed.TakeAsync(new ArtifactRef { Id = id }, "other", default);

        (await RefusedAsync(id, "me")).ShouldBe(("WORKSPACE_MISSING", $"workspace.artifact.id is '{id}'; there is no such artifact: upload it first."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:00")]
    [InlineData("../../etc/passwd")]
    public async Task Take_NoId_IsRefused(string id) => (await RefusedAsync(id, "me")).Code.ShouldBe("INVALID_INPUT");

    [Fact]
    public async Task Take_WhatIsNoArchive_IsRefused()
    {
        var stored = await _artifacts.PutAsync("me", new MemoryStream("{}"u8.ToArray()), "application/json", 100, default);

        var (code, message) = await RefusedAsync(stored.Id, "me");

        code.ShouldBe("WORKSPACE_UNREADABLE");
        message.ShouldContain("it is no packed workspace (tar, gzip) that can be used");
    }

    [Fact]
    public async Task Take_HostileArchive_IsRefusedWithTheRule()
    {
        using var archive = new MemoryStream();
        await using (var zip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new System.Formats.Tar.TarWriter(zip))
            await tar.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "../evil") { DataStream = new MemoryStream([1]) });
        archive.Position = 0;
        var stored = await _artifacts.PutAsync("me", archive, "application/gzip", 10_000, default);

        (await RefusedAsync(stored.Id, "me")).Message.ShouldEndWith("entry \"../evil\" leads out of the workspace: its path has \"..\".");
    }

    [Fact]
    public async Task Take_MoreThanTheLimits_IsRefusedWithTheSetting()
    {
        for (var i = 0; i < 51; i++)
            _files.Write($"{i}.cs", "x");

        (await RefusedAsync(await StoreAsync("me"), "me")).Message.ShouldEndWith("it has more than 50 files and folders (Workspaces:MaxEntries).");
    }

    [Fact]
    public async Task Take_Twice_ReadsItOnce()
    {
        _files.Write("a.cs", "x");
        var id = await StoreAsync("me");
        var (_, first) = await _packed.TakeAsync(new ArtifactRef { Id = id }, "me", default);
        var file = Directory.GetFiles(_store.Path, "*.bin", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "not what it was");

        (await _packed.TakeAsync(new ArtifactRef { Id = id }, "me", default)).Survey.ShouldBe(first);
    }

    private async Task<string> StoreAsync(string tenant)
    {
        using var archive = new MemoryStream();
        var packed = await WorkspacePacker.PackAsync(_files.Path, archive, null, default);
        archive.Position = 0;
        ArtifactIds.ToWire((await _artifacts.PutAsync(tenant, archive, WorkspacePacker.MediaType, 1 << 20, default)).Id).ShouldBe(packed.Id);
        return packed.Id;
    }

    private async Task<(string Code, string Message)> RefusedAsync(string id, string tenant)
    {
        var refused = await Should.ThrowAsync<RequestRefusedException>(() => _packed.TakeAsync(new ArtifactRef { Id = id }, tenant, default));
        return (refused.Code, refused.Message);
    }
}
