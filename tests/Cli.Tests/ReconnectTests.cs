using Protos.V1;

namespace Cli.Tests;

public sealed class ReconnectTests
{
    [Fact]
    public async Task Watch_ServerRestarts_GoesOnAfterTheLastEvent()
    {
        var script = Recordings.Audit();
        script.Release(5);
        await using var cli = await CliFixture.CreateAsync(script);
        var told = new Signals();
        var shown = new Signals();
        var running = Ran.StartAsync(["watch", Script.RunId, "--json"], cli.Server.Address, CancellationToken.None, told, shown);
        await Until(() => shown.Text.Count(c => c == '\n') == 5 || running.IsCompleted);

        await cli.Server.StopAsync();
        await Until(() => told.Text.Contains("is lost", StringComparison.Ordinal) || running.IsCompleted);
        script.Release();
        await cli.Server.StartAsync();

        var ran = await running;
        ran.Code.ShouldBe(0, told.Text);
        var versions = ran.Lines[..^1].Select(line => RunEvent.Parser.ParseJson(line).Version).ToArray();
        versions.ShouldBe(Enumerable.Range(1, versions.Length).Select(version => (long)version));
        versions.Length.ShouldBeGreaterThan(10);
        told.Text.Split("is lost").Length.ShouldBe(2);
        told.Text.Split("The server is back").Length.ShouldBe(2);
        script.WatchedAfter.Last().ShouldBe(5);
    }

    [Theory]
    [InlineData("watch", "run-1")]
    [InlineData("runs", null)]
    [InlineData("run", "Audit it")]
    public async Task AnyCommand_NoServer_SaysHowToStartOne(string command, string? argument)
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());
        await cli.Server.StopAsync();
        string[] args = argument is null ? [command] : command == "run" ? [command, argument, "--out", cli.Out] : [command, argument];

        var ran = await cli.RunAsync(args);

        ran.Code.ShouldBe(1);
        ran.Error.ShouldContain($"The server at {cli.Server.Address} cannot be reached");
        ran.Error.ShouldContain("dotnet run --project AppHost");
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20);
    }

    /// <summary>A writer that may be read while it is written.</summary>
    private sealed class Signals : StringWriter
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                    return ToString();
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_lock)
                base.WriteLine(value);
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
