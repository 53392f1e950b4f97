using System.Diagnostics;
using Protos.V1;
using static Agents.Testing.ScriptedAnswer;

namespace Agents.Testing.Tests;

/// <summary>Playbooks on the real engine with a clock that jumps.</summary>
public sealed class PlaybookTestTests
{
    private const string Release = """
        name: release
        title: Release
        description: Builds, waits, asks, ships.
        inputs:
          properties:
            branch: {type: string}
          required: [branch]
        tasks:
          build:
            role: builder
            task: build
            input: {branch: "${inputs.branch}"}
            retry: {max_attempts: 3, backoff: 30}
          soak:
            wait: {for: 172800}
            needs: [build]
          ship:
            approval:
              question: Ship ${build.version}?
              deadline: 86400
            needs: [build, soak]
          publish:
            role: builder
            task: publish
            input: {version: "${build.version}"}
            needs: [build, ship]
        result:
          version: ${build.version}
          where: ${publish.url}
        """;

    [Fact]
    public async Task Run_RetriesWaitsAndDecisions_TakesDaysOfItsClockAndSecondsOfOurs()
    {
        var watch = Stopwatch.StartNew();
        await using var test = await PlaybookTest.StartAsync(Release);
        test.Agent("builder")
            .On("build", Fails("BROKEN"), Gives(new { version = "1.2" }).After(TimeSpan.FromMinutes(5)))
            .On("publish", call => Gives(new { url = $"https://example.org/{call.Input["version"]}" }));
        test.Decide("ship", approved: true, after: TimeSpan.FromHours(20), comment: "fine");

        var run = await test.RunAsync(new { branch = "main" });

        run.Output<Released>().ShouldBe(new Released("1.2", "https://example.org/1.2"));
        run.Task("build").Attempts.ShouldBe(2);
        test.Agent("builder").Calls.Select(call => (call.TaskType, call.Attempt)).ShouldBe([("build", 1), ("build", 2), ("publish", 1)]);
        test.Agent("builder").Calls[0].Input["branch"]!.GetValue<string>().ShouldBe("main");
        // Two days, twenty hours, five minutes, and a pause of some seconds before the second attempt.
        run.Elapsed.ShouldBeInRange(new TimeSpan(2, 20, 5, 0), new TimeSpan(2, 20, 7, 0));
        run.Events.Single(one => one.ApprovalDecided != null).ApprovalDecided.Comment.ShouldBe("fine");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Run_AgentThatTakesTooLong_IsEndedAtItsTimeLimit()
    {
        await using var test = await PlaybookTest.StartAsync("""
            name: slow
            title: Slow
            description: Has a limit.
            tasks:
              one: {role: worker, task: work, time_limit: 60, retry: {max_attempts: 1}}
            """);
        test.Agent("worker").On("work", Gives().After(TimeSpan.FromHours(1)));

        var run = await test.RunAsync();

        run.Status.ShouldBe(State.Failed);
        run.Task("one").Failure.Code.ShouldBe("TIMEOUT");
        run.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(65));
        Should.Throw<InvalidOperationException>(() => run.Output<Released>()).Message.ShouldContain("TIMEOUT");
    }

    [Fact]
    public async Task Run_ApprovalThatNobodyDecides_RunsIntoItsDeadline()
    {
        await using var test = await PlaybookTest.StartAsync(Release);
        test.Agent("builder").On("build", Gives(new { version = "1.2" })).On("publish", Gives(new { url = "" }));

        var run = await test.RunAsync(new { branch = "main" });

        run.Status.ShouldBe(State.Failed);
        run.Elapsed.ShouldBeInRange(TimeSpan.FromDays(3), TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        test.Agent("builder").Calls.ShouldNotContain(call => call.TaskType == "publish");
    }

    [Fact]
    public async Task Run_ParallelWork_TakesAsLongAsTheLongest()
    {
        await using var test = await PlaybookTest.StartAsync("""
            name: parallel
            title: Parallel
            description: Three at a time.
            tasks:
              a: {role: worker, task: work, input: {minutes: 1}}
              b: {role: worker, task: work, input: {minutes: 7}}
              c: {role: worker, task: work, input: {minutes: 3}}
            """);
        test.Agent("worker").On("work", call => Gives().After(TimeSpan.FromMinutes(call.Input["minutes"]!.GetValue<double>())));

        (await test.RunAsync()).Elapsed.ShouldBeInRange(TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(7.1));
    }

    [Fact]
    public async Task Run_AgentThatIsMissing_SaysWhichLineAddsIt()
    {
        await using var test = await PlaybookTest.StartAsync(Release);

        (await Should.ThrowAsync<InvalidOperationException>(() => test.RunAsync(new { branch = "main" }))).Message.ShouldContain("test.Agent(\"builder\").On(\"build\"");
    }

    [Fact]
    public async Task Run_InputThatIsMissing_IsRefused()
    {
        await using var test = await PlaybookTest.StartAsync(Release);

        (await Should.ThrowAsync<InvalidOperationException>(() => test.RunAsync())).Message.ShouldContain("branch");
    }

    [Fact]
    public async Task Start_PlaybookWithAnError_SaysLineAndReason() =>
        (await Should.ThrowAsync<ArgumentException>(() => PlaybookTest.StartAsync(Release.Replace("role: builder", "rolle: builder", StringComparison.Ordinal)))).Message.ShouldContain("release.yaml:10");

    internal sealed record Released(string Version, string Where);
}
