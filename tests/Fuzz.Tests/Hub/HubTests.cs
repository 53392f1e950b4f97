using System.Reflection;
using System.Text;
using Fuzz.Tests.Calls;
using Fuzz.Tests.Engine;
using Orchestrator.Api.Hub;
using Xunit.Abstractions;

namespace Fuzz.Tests.Hub;

/// <summary>Whatever a client of the hub says, it is answered or its connection closed, and the others notice nothing.</summary>
public sealed class HubTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Messages_OfAnybody_AreAnsweredOrTheConnectionIsClosed()
    {
        await using var system = await FuzzedOrchestrator.StartAsync();
        var fuzz = new HubFuzz(system.Words);
        HubFuzz.Methods.ShouldBe(typeof(RunsHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => method.Name), ignoreOrder: true);
        await new FuzzRun(output).RunAsync("hub", async input =>
        {
            using var connection = new HubConnection(system.HttpPort);
            foreach (var error in await connection.TalkAsync(input.Note("hub", fuzz.Make(input.Random))))
            {
                // What a method throws is told in our words, and is never our own fault.
                if (error.Contains("error occurred invoking", StringComparison.Ordinal) || error.Contains("streaming results", StringComparison.Ordinal))
                    error.ShouldContain(" HubException: ");
                error.ShouldNotContain("HubException: INTERNAL");
            }
        }, async () =>
        {
            await system.HealthyAsync();
            using var another = new HubConnection(system.HttpPort);
            (await another.TalkAsync(Encoding.UTF8.GetBytes($"{HubFuzz.Handshake}{HubConnection.End}"))).ShouldBeEmpty();
        });
    }
}
