using Agents.Workspaces;
using Agents.Workspaces.Packing;

namespace Agents.Researcher.Tests.Workspaces;

public sealed class WorkspacePackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pack_SameFilesElsewhereAndLater_GiveTheSameArchive()
    {
        using var other = new TemporaryFolder();
        _folder.Write("b.txt", "b").Write("a/z.cs", "class Z;").Write("a.txt", "a");
        other.Write("a.txt", "a").Write("a/z.cs", "class Z;").Write("b.txt", "b");
        File.SetLastWriteTimeUtc(other.Combine("a.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        var first = await PackAsync(_folder);

        (await PackAsync(other)).Packed.ShouldBeEquivalentTo(first.Packed);
        other.Write("b.txt", "c");
        (await PackAsync(other)).Packed.Id.ShouldNotBe(first.Packed.Id);
    }

    [Fact]
    public async Task Pack_WhatAgentsWouldNotLookAt_IsLeftOutAndSaid()
    {
        _folder.Write(".gitignore", "*.log\n").Write("a.log", "x").Write("src/a.cs", "class A;").Write("logo.png", [0x89, 0x50, 0, 1, 2])
            .Write(".env", "PASSWORD=x").Write("keys/server.pem", "x").Write("node_modules/x/index.js", "x").Write(".git/config", "x").Write("bad\nname", "x");
        File.CreateSymbolicLink(_folder.Combine("link"), "/etc/passwd");

        var (packed, archive) = await PackAsync(_folder);

        var left = packed.LeftOut.ToDictionary(one => one.Reason, one => one.Examples);
        left.Keys.ShouldBe([WorkspacePacker.BadName, SkipReport.Dependencies, SkipReport.Ignored, WorkspacePacker.Secret, SkipReport.SymbolicLink], ignoreOrder: true);
        left[WorkspacePacker.Secret].ShouldBe([".env", "keys/server.pem"], ignoreOrder: true);
        (await NamesAsync(archive)).ShouldBe([".gitignore", "logo.png", "src/a.cs"]);
        packed.Files.ShouldBe(3);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Pack_ForStockTar_UnpacksToTheSameFiles()
    {
        var name = $"{new string('d', 120)}/{new string('f', 120)}ü.txt";
        _folder.Write(name, new string('x', 70_000)).Write("empty", "").Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(_folder.Combine("run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var unpacked = new TemporaryFolder();
        var (_, archive) = await PackAsync(_folder);
        await File.WriteAllBytesAsync(unpacked.Combine("packed.tar.gz"), archive);

        unpacked.Run("tar", "-xzf", "packed.tar.gz");

        File.ReadAllText(unpacked.Combine(name)).Length.ShouldBe(70_000);
        new FileInfo(unpacked.Combine("empty")).Length.ShouldBe(0);
        File.GetUnixFileMode(unpacked.Combine("run.sh")).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        (await NamesAsync(archive)).ShouldBe([name, "empty", "run.sh"]);
    }

    [Fact]
    public async Task Pack_TooMuch_IsRefusedWithTheRule()
    {
        _folder.Write("a.txt", "12345").Write("b.txt", "12345");

        (await RefusedAsync(new PackOptions(MaxFiles: 1))).ShouldContain("it has more than 1 files");
        (await RefusedAsync(new PackOptions(MaxBytes: 9))).ShouldContain("it has more than 9 bytes");
        (await PackAsync(_folder, new PackOptions(MaxFileBytes: 4))).Packed.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe(SkipReport.TooLarge);
    }

    private async Task<string> RefusedAsync(PackOptions options) =>
        (await Should.ThrowAsync<WorkspaceException>(() => PackAsync(_folder, options))).Message;

    private static async Task<(PackedWorkspace Packed, byte[] Archive)> PackAsync(TemporaryFolder folder, PackOptions? options = null)
    {
        using var archive = new MemoryStream();
        var packed = await WorkspacePacker.PackAsync(folder.Path, archive, options, default);
        packed.PackedBytes.ShouldBe(archive.Length);
        return (packed, archive.ToArray());
    }

    private static async Task<List<string>> NamesAsync(byte[] archive)
    {
        await using var reader = new PackedReader(new MemoryStream(archive), new PackedLimits());
        List<string> names = [];
        while (await reader.NextAsync(default) is { } entry)
            names.Add(entry.Path);
        return names;
    }
}
