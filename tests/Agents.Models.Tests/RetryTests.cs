using Agents.Models.Tests.Server;

namespace Agents.Models.Tests;

public sealed class RetryTests
{
    private readonly VirtualTime _time = new(TimeSpan.FromSeconds(90));

    [Fact]
    public async Task TooManyRequests_WithRetryAfter_WaitsAsLongAsItSays()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(429, retryAfter: "17"), Reply.Text("Hello"));
        var test = new ModelTest(server, _time);

        (await test.WriteAsync()).ShouldBe("Hello");

        _time.Waits.ShouldBe([TimeSpan.FromSeconds(17)]);
        var call = test.Calls.Single();
        (call.Outcome, call.Tries).ShouldBe(("ok", 2));
    }

    [Fact]
    public async Task TooManyRequests_WithADate_WaitsUntilThen()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(503, retryAfter: "Sat, 21 Nov 2026 12:00:30 GMT"), Reply.Text("Hello"));

        await new ModelTest(server, _time).WriteAsync();

        _time.Waits.ShouldBe([TimeSpan.FromSeconds(30)]);
    }

    [Fact]
    public async Task TooManyRequests_LongerThanTheTimeThatIsLeft_FailsAtOnce()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(429, retryAfter: "3600"));

        var failure = await ModelTest.FailureAsync(() => new ModelTest(server, _time).WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Unavailable);
        failure.Retryable.ShouldBeTrue();
        failure.Message.ShouldContain("3600 s of rest");
        _time.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault_WithoutRetryAfter_WaitsLongerEachTime()
    {
        await using var server = await ModelServer.StartAsync(Reply.Status(500), Reply.Status(502), Reply.Status(503), Reply.Text("Hello"));

        (await new ModelTest(server, _time, ("Models:BackoffSeconds", "2")).AskTextAsync()).ShouldBe("Hello");

        _time.Waits.Count.ShouldBe(3);
        for (var i = 0; i < 3; i++)
            _time.Waits[i].TotalSeconds.ShouldBeInRange(1 << i, 2 << i);
    }

    [Fact]
    public async Task Fault_Always_FailsAfterTheConfiguredAttempts()
    {
        await using var server = await ModelServer.StartAsync();
        var test = new ModelTest(server, _time, ("Models:Attempts", "3"));

        var failure = await ModelTest.FailureAsync(() => test.WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Unavailable);
        failure.Retryable.ShouldBeTrue();
        failure.Message.ShouldContain("500");
        failure.Message.ShouldContain("3 requests were sent (Models:Attempts)");
        server.Requests.Count.ShouldBe(3);
        test.Calls.Single().Tries.ShouldBe(3);
    }

    [Fact]
    public async Task Stream_CutInTheMiddle_IsAskedAgain()
    {
        await using var server = await ModelServer.StartAsync(Reply.Cut("""{"words": "He"""), Reply.Unfinished("""{"wor"""), Reply.Json(new { words = "Hello", times = 2 }));
        var test = new ModelTest(server, _time);

        (await test.AskAsync()).ShouldBe(new Greeting("Hello", 2));

        server.Requests.Count.ShouldBe(3);
        test.Calls.Single().Tries.ShouldBe(3);
    }

    [Fact]
    public async Task Stream_OfMalformedJson_IsAskedAgain()
    {
        await using var server = await ModelServer.StartAsync(Reply.Malformed(), Reply.Json(new { words = "Hello", times = 1 }));

        (await new ModelTest(server, _time).AskAsync()).Words.ShouldBe("Hello");
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Stream_CutAfterTextWasShown_FailsInsteadOfShowingItTwice()
    {
        await using var server = await ModelServer.StartAsync(Reply.Unfinished("Hello, hello, hello"), Reply.Text("Hello"));
        var test = new ModelTest(server, _time);

        var failure = await ModelTest.FailureAsync(() => test.WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Unavailable);
        failure.Retryable.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
    }
}
