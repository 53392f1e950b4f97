namespace Aspire.Hosting.Tests;

public class WaitTests
{
    [Fact]
    public async Task WaitFor_DependencyIsUnhealthyAtFirst_StartsAfterIt()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var slow = builder.AddHello("slow").WithEnvironment("HealthyAfter", "1500");
        builder.AddTalker().WaitFor(slow);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("talker", KnownResourceStates.Waiting, Sample.Soon());
        var started = await app.ResourceNotifications.WaitForResourceAsync("talker", e => e.Snapshot.StartTimeStamp is not null, Sample.Soon());
        var slowNow = await app.ResourceNotifications.WaitForResourceHealthyAsync("slow", Sample.Soon());
        (started.Snapshot.StartTimeStamp - slowNow.Snapshot.StartTimeStamp)!.Value.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(1500));
    }

    [Fact]
    public async Task WaitForCompletion_DependencyEnds_StartsAfterwards()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var first = builder.AddTalker("first");
        builder.AddTalker("second").WaitForCompletion(first);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        var second = await app.ResourceNotifications.WaitForResourceAsync("second", e => e.Snapshot.ExitCode == 0, Sample.Soon());
        var ended = await app.ResourceNotifications.WaitForResourceAsync("first", e => e.Snapshot.ExitCode == 0, Sample.Soon());
        second.Snapshot.StartTimeStamp!.Value.ShouldBeGreaterThanOrEqualTo(ended.Snapshot.StopTimeStamp!.Value);
    }

    [Fact]
    public async Task WaitFor_DependencyDies_FailsToStartAndSaysWhy()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var broken = builder.AddTalker("broken").WithEnvironment("EXIT_CODE", "3").WithHealthCheck("never");
        builder.AddHello().WaitFor(broken);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        await app.ResourceNotifications.WaitForResourceAsync("hello", KnownResourceStates.FailedToStart, Sample.Soon());
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => app.ResourceNotifications.WaitForResourceHealthyAsync("broken", Sample.Soon()));
        error.Message.ShouldContain("'broken'");
        error.Message.ShouldContain("exit code 3");
    }

    [Fact]
    public async Task StartAsync_ResourcesWaitForEachOther_IsRefused()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var one = builder.AddTalker("one");
        var two = builder.AddTalker("two").WaitFor(one);
        one.WaitFor(two);
        await using var app = await builder.BuildAsync();

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => app.StartAsync());
        error.Message.ShouldBe("Resources wait for each other: one → two → one.");
    }

    [Fact]
    public async Task Subscribe_ResourceBecomesReady_IsToldInOrder()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        List<string> told = [];
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) => Tell("before start"));
        builder.AddHello()
            .OnBeforeResourceStarted((resource, _, _) => Tell($"before {resource.Name}"))
            .OnResourceReady((_, _, _) =>
            {
                _ = Tell("ready");
                ready.SetResult();
                return Task.CompletedTask;
            });
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await ready.Task.WaitAsync(Sample.Patience);

        told.ShouldBe(["before start", "before hello", "ready"]);
        Task Tell(string what)
        {
            lock (told)
                told.Add(what);
            return Task.CompletedTask;
        }
    }
}
