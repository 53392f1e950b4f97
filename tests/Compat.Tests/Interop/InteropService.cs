using System.Collections.Concurrent;
using System.Globalization;
using Compat.Tests.Proto;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Tests.Interop;

/// <summary>The server side of the interop tests.</summary>
internal sealed class InteropService(CallLog log) : Proto.Interop.InteropBase
{
    public override async Task<EchoReply> Echo(EchoRequest request, ServerCallContext context)
    {
        foreach (var header in context.RequestHeaders)
        {
            if (header.Key == "x-data-bin")
                context.ResponseTrailers.Add("x-data-bin", header.ValueBytes);
            else if (header.Key.StartsWith("x-", StringComparison.Ordinal) || header.Key == "authorization")
                context.ResponseTrailers.Add("seen-" + header.Key, header.Value);
        }

        foreach (var name in new[] { "grpc-encoding", "grpc-accept-encoding" })
        {
            if (context.GetHttpContext().Request.Headers.TryGetValue(name, out var value))
                context.ResponseTrailers.Add("seen-" + name, value.ToString());
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "x-served-by", "kestrel" } });
        var payload = request.ReplySize > 0 ? ByteString.CopyFrom(new byte[request.ReplySize]) : request.Payload;
        return new EchoReply { Text = request.Text, Payload = payload };
    }

    public override async Task<Total> Sum(IAsyncStreamReader<Number> requestStream, ServerCallContext context)
    {
        var total = 0L;
        await foreach (var number in requestStream.ReadAllAsync(context.CancellationToken))
            total += number.Value;
        return new Total { Value = total };
    }

    public override async Task Count(Number request, IServerStreamWriter<Number> responseStream, ServerCallContext context)
    {
        for (var i = 1; i <= request.Value; i++)
            await responseStream.WriteAsync(new Number { Value = i }, context.CancellationToken);
    }

    public override async Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new EchoReply { Text = request.Text, Payload = request.Payload });
    }

    public override Task<EchoReply> Fail(FailRequest request, ServerCallContext context)
    {
        var trailers = new Metadata();
        foreach (var (key, value) in request.Trailers)
            trailers.Add(key, value);
        if (!request.BinaryTrailer.IsEmpty)
            trailers.Add("x-data-bin", request.BinaryTrailer.ToByteArray());
        throw new RpcException(new Status((StatusCode)request.Code, request.Detail), trailers);
    }

    public override Task<Total> Flaky(FlakyRequest request, ServerCallContext context)
    {
        var seen = log.Began(request.Key);
        if (seen < request.Attempts)
            throw new RpcException(new Status(StatusCode.Unavailable, seen.ToString(CultureInfo.InvariantCulture)));
        return Task.FromResult(new Total { Value = seen });
    }

    public override async Task<EchoReply> Hang(HangRequest request, ServerCallContext context)
    {
        await log.HangAsync(request.Key, context.CancellationToken);
        return new EchoReply();
    }

    public override async Task HangStream(
        HangRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new EchoReply { Text = "hanging" });
        await log.HangAsync(request.Key, context.CancellationToken);
    }

    public override async Task<Total> Cancelled(HangRequest request, ServerCallContext context) =>
        new() { Value = await log.CancelledAsync(request.Key).WaitAsync(context.CancellationToken) };
}

/// <summary>What the server saw, by the key that a test chose.</summary>
internal sealed class CallLog
{
    private readonly ConcurrentDictionary<string, int> _began = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _cancelled = new();

    public int Began(string key) => _began.AddOrUpdate(key, 1, (_, seen) => seen + 1);

    /// <summary>Completes when the call with the key was cancelled.</summary>
    public Task<int> CancelledAsync(string key) => Signal(key).Task;

    public async Task HangAsync(string key, CancellationToken cancellationToken)
    {
        var times = Began(key);
        var cancelled = new TaskCompletionSource();
        await using (cancellationToken.Register(cancelled.SetResult))
            await cancelled.Task;
        Signal(key).TrySetResult(times);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TaskCompletionSource<int> Signal(string key) =>
        _cancelled.GetOrAdd(key, _ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
}
