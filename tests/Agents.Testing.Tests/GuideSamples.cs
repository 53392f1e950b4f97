using System.Net;
using Agents.Greeter;

namespace Agents.Testing.Tests;

/// <summary>What docs/writing-an-agent.md says of testing, run.</summary>
public sealed class GuideSamples
{
    private const string Playbook = """
        name: release
        title: Release
        description: Builds, asks.
        tasks:
          build:
            role: builder
            task: build
          ship:
            approval:
              question: Ship ${build.version}?
            needs: [build]
        result:
          version: ${build.version}
        """;

    [Fact]
    public async Task RunningAgent_Greeter_Greets()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var agent = await RunningAgent.StartAsync<GreeterAgent>(orchestrator);

        var attempt = await agent.RunAsync("greet", new { name = "Ada" });

        attempt.Output<GreetOutput>().Greeting.ShouldBe("Hello, Ada!");
    }

    [Fact]
    public async Task ScriptedModel_InTurn_CallsFailsReplies()
    {
        using var model = new ScriptedModel()
            .CallsTool("search", new { query = "ports" })
            .Fails(new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests))
            .Replies("The gateway listens on 8443.");

        await model.GetResponseAsync([]);
        await Should.ThrowAsync<HttpRequestException>(() => model.GetResponseAsync([]));
        (await model.GetResponseAsync([])).Text.ShouldBe("The gateway listens on 8443.");
    }

    [Fact]
    public async Task PlaybookTest_Release_IsTriedAgainAndApproved()
    {
        await using var test = await PlaybookTest.StartAsync(Playbook);
        test.Agent("builder").On("build",
            ScriptedAnswer.Fails("BROKEN"),
            ScriptedAnswer.Gives(new { version = "1.2" }).After(TimeSpan.FromMinutes(5)));
        test.Decide("ship", approved: true, after: TimeSpan.FromHours(20));

        var run = await test.RunAsync();

        run.Output<Released>().Version.ShouldBe("1.2");
        run.Task("build").Attempts.ShouldBe(2);
        run.Elapsed.ShouldBeGreaterThan(TimeSpan.FromHours(20));
    }

    internal sealed record Released(string Version);
}
