using System.Collections.Concurrent;
using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

public sealed class InterceptorTests : IClassFixture<InteropServer>, IDisposable
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly InteropServer _server;
    private readonly GrpcChannel _channel;

    public InterceptorTests(InteropServer server)
    {
        _server = server;
        _channel = GrpcChannel.ForAddress(server.Url);
    }

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task AllShapes_InterceptedOnBothSides_AreSeenByBoth()
    {
        var recording = new Recording("only");
        var client = new Proto.Interop.InteropClient(_channel.Intercept(headers =>
        {
            headers.Add("x-test", _key);
            return headers;
        }).Intercept(recording));

        await client.EchoAsync(new EchoRequest());
        client.Echo(new EchoRequest());
        using var sum = client.Sum();
        await sum.RequestStream.CompleteAsync();
        await sum;
        using var count = client.Count(new Number { Value = 2 });
        (await count.ResponseStream.ReadAllAsync().CountAsync()).ShouldBe(2);
        using var chat = client.Chat();
        await chat.RequestStream.CompleteAsync();
        (await chat.ResponseStream.MoveNext()).ShouldBeFalse();

        recording.Seen.ShouldBe(["only Unary Echo", "only blocking Echo", "only ClientStreaming Sum", "only ServerStreaming Count", "only DuplexStreaming Chat"]);
        _server.Calls.Seen.Where(call => call.EndsWith(_key, StringComparison.Ordinal)).ShouldBe(
            new[] { "Unary Echo", "Unary Echo", "ClientStreaming Sum", "ServerStreaming Count", "DuplexStreaming Chat" }
                .Select(call => call.Replace(" ", " /compat.interop.v1.Interop/", StringComparison.Ordinal) + " " + _key));
    }

    [Fact]
    public async Task Intercept_Several_TheFirstIsOutermost()
    {
        var seen = new ConcurrentQueue<string>();
        var client = new Proto.Interop.InteropClient(
            _channel.Intercept(new Recording("first", seen), new Recording("second", seen)));

        await client.EchoAsync(new EchoRequest());

        seen.ShouldBe(["first Unary Echo", "second Unary Echo"]);
    }

    [Fact]
    public async Task Response_Replaced_IsWhatTheCallerGets()
    {
        var client = new Proto.Interop.InteropClient(_channel.Intercept(new Answering()));

        using var call = client.EchoAsync(new EchoRequest { Text = "question" });

        (await call).Text.ShouldBe("question, intercepted");
        (await call.ResponseHeadersAsync).GetValue("x-served-by").ShouldBe("kestrel");
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private sealed class Recording(string name, ConcurrentQueue<string>? seen = null) : Interceptor
    {
        public ConcurrentQueue<string> Seen { get; } = seen ?? new();

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Seen.Enqueue($"{name} blocking {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Add(context.Method);
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            Add(context.Method);
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            Add(context.Method);
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            Add(context.Method);
            return continuation(context);
        }

        private void Add(IMethod method) => Seen.Enqueue($"{name} {method.Type} {method.Name}");
    }

    private sealed class Answering : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new AsyncUnaryCall<TResponse>(
                ChangeAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private static async Task<TResponse> ChangeAsync<TResponse>(Task<TResponse> response)
        {
            var reply = await response;
            (reply as EchoReply)!.Text += ", intercepted";
            return reply;
        }
    }
}
