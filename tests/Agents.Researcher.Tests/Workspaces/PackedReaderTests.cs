using System.IO.Compression;
using System.Text;
using Agents.Workspaces.Packing;

namespace Agents.Researcher.Tests.Workspaces;

/// <summary>One hostile archive for each rule, and what stock tar writes.</summary>
public sealed class PackedReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/etc/passwd", "its path is absolute")]
    [InlineData("C:/evil", "its path is absolute")]
    [InlineData("../evil", "its path has \"..\"")]
    [InlineData("a/../b", "its path has \"..\"")]
    [InlineData("a\\..\\b", "has a backslash or a control character")]
    [InlineData("a\nb", "\"a?b\" has a backslash or a control character")]
    [InlineData("", "a file without a name")]
    public Task Path_NotFit_IsRefused(string name, string rule) => RefusedAsync(rule, Entry(name, "x"));

    [Fact]
    public Task Path_NotUtf8_IsRefused() => RefusedAsync("not UTF-8", TarHeader.Write([0x61, 0xFF], '0', 0, 0x1A4));

    [Fact]
    public Task Path_TooLong_IsRefused() =>
        RefusedAsync("a path of 1025 bytes", [.. TarHeader.LongName(new byte[1025].Select(_ => (byte)'a').ToArray()), .. Entry("a", "x")]);

    [Fact]
    public Task Name_TooLong_IsRefused() =>
        RefusedAsync("a name of more than 255 bytes", [.. TarHeader.LongName(Encoding.UTF8.GetBytes(new string('a', 256))), .. Entry("a", "x")]);

    [Fact]
    public Task Path_Twice_IsRefused() => RefusedAsync("\"./a\" is there twice", [.. Entry("a", "x"), .. Entry("./a", "y")]);

    [Fact]
    public Task Path_BelowAFile_IsRefused() => RefusedAsync("lies below \"a\", which is no folder", [.. Entry("a", "x"), .. Entry("a/b", "y")]);

    [Theory]
    [InlineData("a", "/etc")]
    [InlineData("a", "../x")]
    [InlineData("d/a", "../../x")]
    [InlineData("d/a", "b/../../../x")]
    public Task Link_LeadsOut_IsRefused(string name, string target) => RefusedAsync("is a link that leads out", Link(name, target));

    [Theory]
    [InlineData('1', "is a hard link")]
    [InlineData('3', "is a device or a pipe")]
    [InlineData('4', "is a device or a pipe")]
    [InlineData('6', "is a device or a pipe")]
    [InlineData('S', "is of a kind ('S') that is not allowed")]
    public Task Kind_NotAllowed_IsRefused(char type, string rule) => RefusedAsync(rule, TarHeader.Write("a"u8, type, 0, 0x1A4));

    [Fact]
    public Task SparseFile_OfPax_IsRefused() => RefusedAsync("a sparse file", [.. Pax("GNU.sparse.major=1"), .. Entry("a", "x")]);

    [Fact]
    public Task GlobalHeader_ThatNamesFiles_IsRefused() => RefusedAsync("a global header for path", [.. Pax("path=b", 'g'), .. Entry("a", "x")]);

    [Fact]
    public Task PaxPath_LeadsOut_IsRefused() => RefusedAsync("its path has \"..\"", [.. Pax("path=../b"), .. Entry("a", "x")]);

    [Fact]
    public Task ExtendedHeader_Large_IsRefusedBeforeItIsRead() => RefusedAsync("an extended header of 2147483648 bytes", TarHeader.Write("x"u8, 'x', 1L << 31, 0));

    [Fact]
    public Task ExtendedHeaders_WithoutEnd_AreRefused() => RefusedAsync("more than 4 extended headers", [.. Enumerable.Range(0, 9).SelectMany(_ => Pax("comment=x"))]);

    [Fact]
    public Task Header_Damaged_IsRefused()
    {
        var header = Entry("a", "x");
        header[0]++;
        return RefusedAsync("checksum is wrong", header);
    }

    [Fact]
    public Task Size_BeyondTheLimit_IsRefusedBeforeItIsRead() => RefusedAsync("more than 1000 bytes", TarHeader.Write("a"u8, '0', 1001, 0x1A4));

    [Fact]
    public Task Size_OfAllTogether_IsRefused() => RefusedAsync("more than 1000 bytes", [.. Entry("a", new string('x', 600)), .. Entry("b", new string('x', 600))]);

    [Fact]
    public Task Entries_TooMany_AreRefused() => RefusedAsync("more than 10 files and folders", [.. Enumerable.Range(0, 11).SelectMany(i => Entry($"{i}", ""))]);

    [Fact]
    public Task Entries_FoldersThatOnlyStandInPaths_Count() => RefusedAsync("more than 10 files and folders", Entry("a/b/c/d/e/f/g/h/i/j/k", ""));

    [Fact]
    public async Task Bomb_Ratio_IsRefusedEarly()
    {
        var size = 1L << 30;
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(TarHeader.Write("zeros"u8, '0', size, 0x1A4));
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 128; i++)
                await zip.WriteAsync(zeros);
        }

        packed.Position = 0;
        await using var reader = new PackedReader(packed, new PackedLimits(MaxRatio: 100));
        await reader.NextAsync(default);
        (await Should.ThrowAsync<InvalidDataException>(async () => await reader.NextAsync(default))).Message.ShouldContain("one byte of it unpacks to more than 100");
    }

    [Fact]
    public async Task Archive_CutOff_IsRefused()
    {
        var whole = Zip([.. Entry("a", new string('x', 5000)), .. new byte[1024]]);
        foreach (var length in (int[])[0, 5, whole.Length / 2])
            await Should.ThrowAsync<InvalidDataException>(() => PathsAsync(whole[..length], new PackedLimits()));
    }

    [Fact]
    public Task Archive_None_IsRefused() => Should.ThrowAsync<InvalidDataException>(() => PathsAsync("this is no archive"u8.ToArray(), new PackedLimits()));

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    [InlineData("v7")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task StockTar_AnyFormat_IsRead(string format)
    {
        _folder.Write("src/a.cs", "class A;").Write("src/run.sh", "#!/bin/sh").Write("größe.txt", "ü");
        if (format != "v7")
            _folder.Write($"{new string('d', 90)}/{new string('f', 90)}.txt", "long");
        File.SetUnixFileMode(_folder.Combine("src/run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_folder.Combine("src/link"), "a.cs");
        var archive = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            _folder.Run("tar", $"--format={format}", "-czf", archive, ".");
            var packed = await File.ReadAllBytesAsync(archive);

            await using var reader = new PackedReader(new MemoryStream(packed), new PackedLimits());
            var files = new Dictionary<string, (string Text, bool IsExecutable)>();
            while (await reader.NextAsync(default) is { } entry)
            {
                using var content = new MemoryStream();
                await reader.CopyAsync(content, default);
                if (!entry.IsFolder)
                    files[entry.Path] = (Encoding.UTF8.GetString(content.ToArray()), entry.IsExecutable);
            }

            files["src/a.cs"].ShouldBe(("class A;", false));
            files["src/run.sh"].ShouldBe(("#!/bin/sh", true));
            files["größe.txt"].Text.ShouldBe("ü");
            files.ContainsKey("src/link").ShouldBeFalse();
            reader.Links.ShouldBe(1);
            files.Count.ShouldBe(format == "v7" ? 3 : 4);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static async Task RefusedAsync(string rule, byte[] tar)
    {
        var refused = await Should.ThrowAsync<InvalidDataException>(() => PathsAsync(Zip([.. tar, .. new byte[1024]]), new PackedLimits(MaxBytes: 1000, MaxEntries: 10)));
        refused.Message.ShouldContain(rule);
    }

    private static async Task<List<string>> PathsAsync(byte[] packed, PackedLimits limits)
    {
        await using var reader = new PackedReader(new MemoryStream(packed), limits);
        List<string> paths = [];
        while (await reader.NextAsync(default) is { } entry)
            paths.Add(entry.Path);
        return paths;
    }

    private static byte[] Entry(string name, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return [.. TarHeader.Write(Encoding.UTF8.GetBytes(name), '0', bytes.Length, 0x1A4), .. bytes, .. new byte[(512 - (bytes.Length % 512)) % 512]];
    }

    // A link's target comes in an extended header, where it is as long as it likes.
    private static byte[] Link(string name, string target) => [.. Pax($"linkpath={target}"), .. TarHeader.Write(Encoding.UTF8.GetBytes(name), '2', 0, 0x1FF)];

    private static byte[] Pax(string record, char type = 'x')
    {
        var text = Encoding.UTF8.GetBytes($" {record}\n");
        var length = text.Length + 2;
        byte[] content = [.. Encoding.ASCII.GetBytes(length.ToString("00", System.Globalization.CultureInfo.InvariantCulture)), .. text];
        return [.. TarHeader.Write("pax"u8, type, content.Length, 0x1A4), .. content, .. new byte[512 - content.Length]];
    }

    private static byte[] Zip(byte[] tar)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(tar);
        return packed.ToArray();
    }
}
