using Agents.Models.Tests.Server;
using Protos.V1;

namespace Agents.Models.Tests;

public sealed class StreamingTests
{
    [Fact]
    public async Task Write_LongText_IsShownAsItComes()
    {
        await using var server = await ModelServer.StartAsync(Reply.Text("One two three four five six seven."));
        var test = new ModelTest(server);

        (await test.WriteAsync("Count.")).ShouldBe("One two three four five six seven.");

        var shown = test.Task.Events.Where(e => e.EventCase == TaskEvent.EventOneofCase.OutputChunk).Select(e => e.OutputChunk.Text).ToList();
        shown.Count.ShouldBeGreaterThan(3);
        string.Concat(shown).ShouldBe("One two three four five six seven.");
        var request = server.Requests.Single();
        request.Streams.ShouldBeTrue();
        request.Roles.ShouldBe(["system", "user"]);
        request.Message(0).ShouldBe("Be brief.");
        request.LastMessage.ShouldBe("Count.");
        request.Headers["Authorization"].ShouldBe("Bearer " + ModelTest.Key);
    }
}
