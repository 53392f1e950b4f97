using System.Text;
using Orchestrator.Artifacts;
using Orchestrator.Tests.Storage;

namespace Orchestrator.Tests.Artifacts;

public sealed class ArtifactStoreTests : IDisposable
{
    private const string HelloId = "sha256-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private readonly TempFolder _folder = new();

    private DirectoryArtifactStore Store => new(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Put_Content_IsFoundByItsHash()
    {
        var info = await PutAsync("local", "hello");

        info.ShouldBe(new ArtifactInfo(HelloId, 5, "text/plain"));
        (await Store.GetAsync("local", HelloId, default)).ShouldBe(info);
        (await ReadAsync("local", HelloId)).ShouldBe("hello");
    }

    [Fact]
    public async Task Put_SameContentAgain_IsStoredOnceWithItsFirstMediaType()
    {
        await PutAsync("local", "hello");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.PutAsync("local", Content("hello"), "text/markdown", 100, default)));

        (await Store.GetAsync("local", HelloId, default))!.MediaType.ShouldBe("text/plain");
        Directory.GetFiles(_folder.Path, "*.bin", SearchOption.AllDirectories).Length.ShouldBe(1);
        Directory.GetFiles(_folder[Path.Combine("local", "tmp")]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_AtOnceForTheFirstTime_AllSucceed()
    {
        var infos = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => PutAsync("local", "hello"))));
        infos.ShouldAllBe(i => i.Id == HelloId);
        (await ReadAsync("local", HelloId)).ShouldBe("hello");
    }

    [Fact]
    public async Task Put_OverTheLimit_IsRefusedAndNamesIt()
    {
        var error = await Should.ThrowAsync<ArtifactTooLargeException>(() => Store.PutAsync("local", Content("hello"), "text/plain", 4, default));
        error.Message.ShouldContain("limit of 4 bytes");
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await Store.PutAsync("local", Content("hello"), "text/plain", 5, default)).Size.ShouldBe(5);
    }

    [Fact]
    public async Task Put_WrongHash_IsRefusedAndStoresNothing()
    {
        var error = await Should.ThrowAsync<ArtifactHashException>(() => Store.PutAsync("local", Content("hullo"), "text/plain", 100, default, HelloId));
        error.Message.ShouldContain(HelloId);
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await Store.PutAsync("local", Content("hello"), "text/plain", 100, default, HelloId)).Id.ShouldBe(HelloId);
    }

    [Fact]
    public async Task Get_OtherTenant_SeesNothing()
    {
        await PutAsync("local", "hello");
        (await Store.GetAsync("other", HelloId, default)).ShouldBeNull();
        (await Store.OpenAsync("other", HelloId, default)).ShouldBeNull();
        (await Store.DeleteAsync("other", HelloId, default)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../etc", HelloId, "text/plain")]
    [InlineData("..", HelloId, "text/plain")]
    [InlineData("", HelloId, "text/plain")]
    [InlineData("a/b", HelloId, "text/plain")]
    [InlineData("local", "sha256-../../../../etc/passwd", "text/plain")]
    [InlineData("local", "sha256-2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824", "text/plain")]
    [InlineData("local", HelloId, "text")]
    [InlineData("local", HelloId, "text/plain\r\nx: y")]
    public async Task Put_BadNames_AreRefused(string tenant, string id, string mediaType)
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.PutAsync(tenant, Content("hello"), mediaType, 100, default, id));
        if (mediaType == "text/plain")
        {
            await Should.ThrowAsync<ArgumentException>(() => Store.OpenAsync(tenant, id, default));
        }
    }

    [Theory]
    [InlineData("jello")]
    [InlineData("hell")]
    [InlineData("hello!")]
    public async Task Open_DamagedFile_FailsAtTheEnd(string damaged)
    {
        await PutAsync("local", "hello");
        await File.WriteAllTextAsync(Directory.GetFiles(_folder.Path, "*.bin", SearchOption.AllDirectories).Single(), damaged);
        await Should.ThrowAsync<ArtifactHashException>(() => ReadAsync("local", HelloId));
    }

    [Fact]
    public async Task Delete_Known_IsGone()
    {
        await PutAsync("local", "hello");
        (await Store.DeleteAsync("local", HelloId, default)).ShouldBeTrue();
        (await Store.GetAsync("local", HelloId, default)).ShouldBeNull();
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_ReaderFailsHalfWay_LeavesNothing()
    {
        await Should.ThrowAsync<IOException>(() => Store.PutAsync("local", new PatternStream(1_000_000, failAt: 500_000), "text/plain", long.MaxValue, default));
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private Task<ArtifactInfo> PutAsync(string tenant, string text) => Store.PutAsync(tenant, Content(text), "text/plain", 1000, default);

    private async Task<string> ReadAsync(string tenant, string id)
    {
        await using var stream = (await Store.OpenAsync(tenant, id, default)).ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
