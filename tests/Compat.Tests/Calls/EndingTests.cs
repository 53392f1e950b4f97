using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

/// <summary>How calls end other than well: deadline, cancellation, error, limit.</summary>
public sealed class EndingTests : IClassFixture<InteropServer>, IDisposable
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly InteropServer _server;
    private readonly GrpcChannel _channel;
    private readonly Proto.Interop.InteropClient _client;

    public EndingTests(InteropServer server)
    {
        _server = server;
        _channel = GrpcChannel.ForAddress(server.Url);
        _client = new Proto.Interop.InteropClient(_channel);
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Deadline_Exceeded_EndsBothSides()
    {
        // Longer and longer on a busy machine, until the server answers at all before the time is up.
        RpcException? error = null;
        for (var seconds = 0.5; error is null && seconds < 20; seconds *= 2)
        {
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);
            using var call = _client.HangStream(new HangRequest { Key = _key }, deadline: deadline);
            var answered = false;
            var ended = await Should.ThrowAsync<RpcException>(async () =>
            {
                while (await call.ResponseStream.MoveNext())
                    answered = true;
            });
            if (answered)
                error = ended;
        }

        error.ShouldNotBeNull().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await ServerSawCancellationAsync();
    }

    [Fact]
    public async Task Token_Cancelled_ReachesTheServer()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.HangStream(new HangRequest { Key = _key }, cancellationToken: cancel.Token);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        await cancel.CancelAsync();

        var error = await Should.ThrowAsync<RpcException>(async () => await call.ResponseStream.MoveNext());
        error.StatusCode.ShouldBe(StatusCode.Cancelled);
        (await ServerSawCancellationAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_ReachesTheServer()
    {
        var call = _client.HangStream(new HangRequest { Key = _key });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        call.Dispose();

        (await ServerSawCancellationAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Error_WithTrailers_ArrivesWhole()
    {
        var request = new FailRequest
        {
            Code = (int)StatusCode.FailedPrecondition,
            Detail = "grüße: not now",
            Trailers = { ["x-reason"] = "r" },
            BinaryTrailer = ByteString.CopyFrom(0, 254, 255),
        };

        var error = await Should.ThrowAsync<RpcException>(async () => await _client.FailAsync(request));

        error.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        error.Status.Detail.ShouldBe("grüße: not now");
        error.Message.ShouldBe("Status(StatusCode=\"FailedPrecondition\", Detail=\"grüße: not now\")");
        error.Trailers.GetValue("x-reason").ShouldBe("r");
        error.Trailers.GetValueBytes("x-data-bin").ShouldBe([0, 254, 255]);
    }

    [Fact]
    public async Task Request_BeyondTheServersLimit_IsResourceExhausted()
    {
        var error = await Should.ThrowAsync<RpcException>(
            async () => await _client.EchoAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[20 * 1024 * 1024]) }));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Reply_BeyondTheClientsLimit_IsResourceExhausted()
    {
        var error = await Should.ThrowAsync<RpcException>(
            async () => await _client.EchoAsync(new EchoRequest { ReplySize = 20 * 1024 * 1024 }));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailableWithTheCause()
    {
        using var nobody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"http://{nobody.LocalEndpoint}";
        nobody.Stop();
        using var channel = GrpcChannel.ForAddress(address);

        var error = await Should.ThrowAsync<RpcException>(
            async () => await new Proto.Interop.InteropClient(channel).EchoAsync(new EchoRequest()));

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.DebugException.ShouldNotBeNull();
        error.InnerException.ShouldBe(error.Status.DebugException);
    }

    private Task<int> ServerSawCancellationAsync() => _server.Log.CancelledAsync(_key).WaitAsync(TimeSpan.FromSeconds(30));
}
