using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>Nothing is buffered for a client that does not read: it is dropped, and told from where to go on.</summary>
public sealed partial class SlowSubscriberTests
{
    private const int Tasks = 400;

    [Fact]
    public async Task WatchRun_ClientThatDoesNotRead_IsDroppedAndGoesOnFromTheVersionItIsTold()
    {
        await using var hub = await HubSystem.StartAsync(characters: 25_000, "--Hub:KeepBytes=65536", "--Hub:IntervalMilliseconds=0");
        var run = await hub.SubmitAsync(Tasks);
        using var client = await BareClient.ConnectAsync(hub.Port);
        await client.SubscribeAsync(run, 0);
        hub.GoOn(1);
        var seen = Versions(await client.ReadAsync());

        // 10 MB that nobody reads: more than what sockets hold.
        hub.GoOn(Tasks - 1);
        await client.PingAsync(hub.System.WatchAsync(run));

        var told = "";
        while (told.Length == 0)
        {
            var message = await client.ReadAsync();
            seen.AddRange(Versions(message));
            told = (int?)message["type"] == 3 ? (string?)message["error"] ?? "it was not dropped" : "";
        }

        told.ShouldContain("HubException: SLOW_SUBSCRIBER: ");
        var last = long.Parse(LastVersion().Match(told).Groups["version"].Value);
        last.ShouldBe(seen[^1]);
        await client.SubscribeAsync(run, last);
        JsonNode next;
        do
        {
            next = await client.ReadAsync();
            seen.AddRange(Versions(next));
        }
        while ((int?)next["type"] != 3);

        next["error"].ShouldBeNull();
        seen.ShouldBe(Enumerable.Range(1, seen.Count).Select(version => (long)version));
        seen.Count.ShouldBe((await hub.System.WatchAsync(run)).Count);
    }

    private static List<long> Versions(JsonNode message) =>
        message["item"] is JsonArray events ? [.. events.Select(e => long.Parse((string)e!["version"]!))] : [];

    [GeneratedRegex("after_version (?<version>\\d+)\\.", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LastVersion();
}
