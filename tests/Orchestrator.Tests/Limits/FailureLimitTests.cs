using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Limits;
using Orchestrator.Limits;

namespace Orchestrator.Tests.Limits;

/// <summary>Wrong credentials are counted for each address; right ones go through.</summary>
public sealed class FailureLimitTests : IDisposable
{
    private readonly FailureLimit _limit = new(Options.Create(new LimitOptions { FailuresPerMinute = 1 }));
    private int _lookedAt;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Request_AfterTooManyFailures_IsNotEvenLookedAt()
    {
        (await AskAsync("10.0.0.1", "Bearer wrong")).ShouldBe(401);
        var before = _lookedAt;

        (await AskAsync("10.0.0.1", "Bearer other")).ShouldBe(429);
        _lookedAt.ShouldBe(before);
        (await AskAsync("10.0.0.2", "Bearer other")).ShouldBe(401);
        (await AskAsync("10.0.0.1", null)).ShouldBe(401);
    }

    [Fact]
    public async Task Request_WithWhatHasWorked_GoesThrough()
    {
        (await AskAsync("10.0.0.1", "Bearer right")).ShouldBe(200);
        (await AskAsync("10.0.0.1", "Bearer wrong")).ShouldBe(401);

        (await AskAsync("10.0.0.1", "Bearer right")).ShouldBe(200);
        (await AskAsync("10.0.0.1", "Bearer wrong")).ShouldBe(429);
    }

    [Fact]
    public async Task Request_RefusedByGrpcStatus_Counts()
    {
        (await AskAsync("10.0.0.1", "Bearer wrong", grpc: true)).ShouldBe(200);
        (await AskAsync("10.0.0.1", "Bearer other")).ShouldBe(429);
    }

    private async Task<int> AskAsync(string address, string? authorization, bool grpc = false)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        if (authorization is not null)
            context.Request.Headers.Authorization = authorization;
        await _limit.InvokeAsync(context, asked =>
        {
            _lookedAt++;
            if (authorization == "Bearer right")
                return Task.CompletedTask;
            if (grpc)
                asked.Response.Headers["grpc-status"] = "16";
            else
                asked.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        return context.Response.StatusCode;
    }
}
