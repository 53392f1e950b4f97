namespace Aspire.Hosting.Tests;

public class CommandTests
{
    [Fact]
    public async Task ExecuteCommandAsync_Restart_RunsANewProcessOnTheSamePort()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var before = (await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon())).ProcessId();
        using var client = app.CreateHttpClient("hello");
        (await client.GetStringAsync("/pid")).ShouldBe($"{before}");

        var result = await app.ResourceCommands.ExecuteCommandAsync("hello", KnownResourceCommands.RestartCommand, Sample.Soon());

        result.Success.ShouldBeTrue(result.ErrorMessage);
        var after = (await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon())).ProcessId();
        after.ShouldNotBe(before);
        ProcessTable.Runs(before).ShouldBeFalse();
        (await client.GetStringAsync("/pid")).ShouldBe($"{after}");
    }

    [Fact]
    public async Task ExecuteCommandAsync_StopAndStart_EndsAndStartsIt()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());

        (await app.ResourceCommands.ExecuteCommandAsync(running.ResourceId, KnownResourceCommands.StopCommand)).Success.ShouldBeTrue();
        ProcessTable.Runs(running.ProcessId()).ShouldBeFalse();
        (await app.ResourceNotifications.WaitForResourceAsync("hello", [KnownResourceStates.Finished], Sample.Soon())).ShouldBe(KnownResourceStates.Finished);

        (await app.ResourceCommands.ExecuteCommandAsync(running.ResourceId, KnownResourceCommands.StartCommand)).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());
    }

    [Fact]
    public async Task ExecuteCommandAsync_UnknownResourceOrCommand_SaysSo()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddTalker();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        (await app.ResourceCommands.ExecuteCommandAsync("nobody", KnownResourceCommands.StartCommand)).ErrorMessage!.ShouldContain("'nobody'");
        (await app.ResourceCommands.ExecuteCommandAsync("talker", "dance")).ErrorMessage!.ShouldContain("'dance'");
    }

    [Fact]
    public async Task WithExplicitStart_Resource_StartsOnCommandOnly()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddTalker("later").WithExplicitStart();
        builder.AddTalker("now");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceAsync("now", e => e.Snapshot.ExitCode == 0, Sample.Soon());
        (await app.ResourceNotifications.WaitForResourceAsync("later", [KnownResourceStates.NotStarted], Sample.Soon())).ShouldBe(KnownResourceStates.NotStarted);

        (await app.ResourceCommands.ExecuteCommandAsync("later", KnownResourceCommands.StartCommand)).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceAsync("later", e => e.Snapshot.ExitCode == 0, Sample.Soon());
    }
}
