using System.Diagnostics;
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
    public async Task Open_FolderInUseByAnotherProcess_IsRefusedUntilItIsKilled()
    {
        using var folder = new TempFolder();
        using var other = Start(folder.Path);
        try
        {
            (await other.StandardOutput.ReadLineAsync()).ShouldNotBeNull("the other process writes");
            await using (var store = EmbeddedHarness.Create(folder.Path))
            {
                var error = await Should.ThrowAsync<StoreConfigurationException>(() => store.OpenAsync(default));
                error.Message.ShouldContain(folder.Path);
                error.Message.ShouldContain("pid " + other.Id.ToString(CultureInfo.InvariantCulture));
                error.Message.ShouldContain("Store:Kind redis");
            }
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync();
        }

        await using var after = EmbeddedHarness.Create(folder.Path);
        await after.OpenAsync(default);
        (await after.CheckAsync(default)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Open_ThisProcessHasTheFolder_TheSecondProcessSaysSoAndEnds()
    {
        await using var harness = new EmbeddedHarness();
        await harness.OpenAsync();
        using var other = Start(harness.Folder);

        var error = await other.StandardError.ReadToEndAsync();
        await other.WaitForExitAsync();

        other.ExitCode.ShouldNotBe(0);
        error.ShouldContain("is in use by the process with pid " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        (await (await harness.OpenAsync()).CheckAsync(default)).Ok.ShouldBeTrue();
    }

    private static Process Start(string folder) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", typeof(FolderLockTests).Assembly.Location, StoreWriterProgram.Command, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

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
