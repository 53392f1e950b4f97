using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Fuzz.Tests.Calls;

/// <summary>What counts as an answer where a stream is reset.</summary>
public sealed class RawCallTests : IAsyncLifetime
{
    private const int InternalError = 2, Cancel = 8;
    private WebApplication _app = null!;
    private RawCall _calls = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapPost("/{error:int}/{begun:bool}", async (int error, bool begun, Microsoft.AspNetCore.Http.HttpContext context) =>
        {
            if (begun)
                await context.Response.StartAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        });
        await _app.StartAsync();
        _calls = new RawCall(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        _calls.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_StreamIsCancelled_IsAnAnswer(bool begun)
    {
        var answer = await _calls.AskAsync($"/{Cancel}/{begun}", []);

        (answer.Http, answer.Grpc).ShouldBe((HttpStatusCode.OK, 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_StreamIsResetForAnError_IsNone(bool begun) => await Should.ThrowAsync<HttpRequestException>(() => _calls.AskAsync($"/{InternalError}/{begun}", []));
}
