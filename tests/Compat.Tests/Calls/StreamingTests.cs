using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

public sealed class StreamingTests : IClassFixture<InteropServer>, IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Proto.Interop.InteropClient _client;

    public StreamingTests(InteropServer server)
    {
        _channel = GrpcChannel.ForAddress(server.Url);
        _client = new Proto.Interop.InteropClient(_channel);
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Sum_ThousandMessages_AreAllCounted()
    {
        using var call = _client.Sum();
        for (var i = 1; i <= 1000; i++)
            await call.RequestStream.WriteAsync(new Number { Value = i });
        await call.RequestStream.CompleteAsync();

        (await call).Value.ShouldBe(500_500);
        call.GetStatus().ShouldBe(Status.DefaultSuccess);
    }

    [Fact]
    public async Task Count_ThousandMessages_ArriveInOrder()
    {
        using var call = _client.Count(new Number { Value = 1000 });

        var values = await call.ResponseStream.ReadAllAsync().Select(number => number.Value).ToListAsync();

        values.ShouldBe(Enumerable.Range(1, 1000).Select(value => (long)value));
    }

    [Fact]
    public async Task Chat_EachMessageAfterTheReplyBefore_Alternates()
    {
        using var call = _client.Chat();
        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = $"message {i}" });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Text.ShouldBe($"message {i}");
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAll_TokenCancelled_Stops()
    {
        using var reading = new CancellationTokenSource();
        using var call = _client.HangStream(new HangRequest { Key = Guid.NewGuid().ToString() });

        var error = await Should.ThrowAsync<RpcException>(async () =>
        {
            await foreach (var reply in call.ResponseStream.ReadAllAsync(reading.Token))
            {
                reply.Text.ShouldBe("hanging");
                await reading.CancelAsync();
            }
        });

        error.StatusCode.ShouldBe(StatusCode.Cancelled);
    }
}
