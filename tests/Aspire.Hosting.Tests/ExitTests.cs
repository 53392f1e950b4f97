using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tests;

public class ExitTests
{
    [Fact]
    public async Task Resource_DiesByItself_IsReportedWithItsLastLines()
    {
        var said = new Listener();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Services.AddLogging(l => l.AddProvider(said));
        var stopped = new TaskCompletionSource<ResourceStoppedEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.AddHello().OnResourceStopped((_, e, _) =>
        {
            stopped.TrySetResult(e);
            return Task.CompletedTask;
        });
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());
        using var client = app.CreateHttpClient("hello");

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync("/exit/7"));

        var dead = (await stopped.Task.WaitAsync(Sample.Patience)).ResourceEvent;
        dead.Snapshot.State!.Text.ShouldBe(KnownResourceStates.Exited);
        dead.Snapshot.ExitCode.ShouldBe(7);
        var report = said.Messages.Single(m => m.Contains("ended unexpectedly", StringComparison.Ordinal));
        report.ShouldContain($"{dead.ResourceId} ended unexpectedly with exit code 7");
        report.ShouldContain("leaving with 7");
    }

    [Fact]
    public async Task Resource_IsKilled_LeavesNoGrandchild()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHello();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("hello", Sample.Soon());
        using var client = app.CreateHttpClient("hello");
        var child = int.Parse(await client.GetStringAsync("/child"));
        ProcessTable.Runs(child).ShouldBeTrue();

        using (var process = System.Diagnostics.Process.GetProcessById(running.ProcessId()))
            process.Kill();

        var dead = await app.ResourceNotifications.WaitForResourceAsync("hello", e => e.Snapshot.ExitCode is not null, Sample.Soon());
        dead.Snapshot.ExitCode.ShouldBe(137);
        await ProcessTable.ShouldEndAsync(child, "the grandchild");
    }

    [Fact]
    public async Task AddExecutable_ProgramIsMissing_FailsToStartAndSaysSo()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("tool", "no-such-program-here", ".");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        var failed = await app.ResourceNotifications.WaitForResourceAsync("tool", e => e.Snapshot.State?.Text == KnownResourceStates.FailedToStart, Sample.Soon());
        (await LogTests.LinesAsync(app, failed.ResourceId, 1))[0].Content.ShouldBe("Executable 'tool' cannot start: there is no program 'no-such-program-here'.");
    }

    [Fact]
    public async Task AddProject_ProjectIsMissing_FailsToStartAndSaysSo()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject("ghost", "/nowhere/Ghost.csproj");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        var failed = await app.ResourceNotifications.WaitForResourceAsync("ghost", e => e.Snapshot.State?.Text == KnownResourceStates.FailedToStart, Sample.Soon());
        (await LogTests.LinesAsync(app, failed.ResourceId, 1))[0].Content.ShouldBe("Project 'ghost' does not exist: /nowhere/Ghost.csproj");
    }

    private sealed class Listener : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
