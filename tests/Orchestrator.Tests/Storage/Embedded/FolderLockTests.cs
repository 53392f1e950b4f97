using System.Globalization;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class FolderLockTests
{
    [Fact]
    public async Task Open_FolderInUse_IsRefusedAndNamesFolderAndPid()
    {
        await using var harness = new EmbeddedHarness();
        await harness.OpenAsync();
        await using var second = EmbeddedHarness.Create(harness.Folder);

        var error = await Should.ThrowAsync<StoreConfigurationException>(() => second.OpenAsync(default));

        error.Message.ShouldContain(harness.Folder);
        error.Message.ShouldContain("pid " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Open_AfterTheOtherClosed_Works()
    {
        await using var harness = new EmbeddedHarness();
        await harness.OpenAsync();
        await harness.CloseAsync();
        (await (await harness.OpenAsync()).CheckAsync(default)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Open_FolderIsAFile_IsRefused()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        await using var store = EmbeddedHarness.Create(folder["file"]);
        (await Should.ThrowAsync<StoreConfigurationException>(() => store.OpenAsync(default))).Message.ShouldContain(folder["file"]);
    }
}
