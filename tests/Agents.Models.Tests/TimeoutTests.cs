using Agents.Models.Tests.Server;

namespace Agents.Models.Tests;

public sealed class TimeoutTests
{
    [Fact]
    public async Task Call_Stalls_IsGivenUpAndAskedAgain()
    {
        await using var server = await ModelServer.StartAsync(Reply.Stall("""{"words"""));
        server.Otherwise = _ => Reply.Json(new { words = "Hello", times = 1 });

        var test = new ModelTest(server, null, ("Models:CallSeconds", "1"), ("Models:Attempts", "20"));

        (await test.AskAsync()).Words.ShouldBe("Hello");

        test.Calls.Single().Tries.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Call_AlwaysStalls_FailsAndNamesTheSetting()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => Reply.Stall();
        var test = new ModelTest(server, null, ("Models:CallSeconds", "0.1"), ("Models:Attempts", "2"));

        var failure = await ModelTest.FailureAsync(() => test.WriteAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Timeout);
        failure.Retryable.ShouldBeTrue();
        failure.Message.ShouldContain("Models:CallSeconds");
        test.Calls.Single().Tries.ShouldBe(2);
    }

    [Fact]
    public async Task Question_TakesTooLongInAll_FailsAndNamesTheSetting()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => Reply.Stall();

        var failure = await ModelTest.FailureAsync(() => new ModelTest(server, null, ("Models:TotalSeconds", "0.3")).AskAsync());

        failure.Code.ShouldBe(ModelFailureCodes.Timeout);
        failure.Message.ShouldContain("Models:TotalSeconds");
    }

    [Fact]
    public async Task Task_Cancelled_EndsTheRequest()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ =>
        {
            cancellation.Cancel();
            return Reply.Stall();
        };
        var test = new ModelTest(server);

        await Should.ThrowAsync<OperationCanceledException>(() => test.Model.WriteAsync("text", "", "Hello", cancellation.Token));

        test.Calls.Single().Outcome.ShouldBe(Hosting.FailureCodes.Cancelled);
    }
}
