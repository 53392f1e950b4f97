using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Compat.Tests.Interop;

/// <summary>The calls that the server's interceptor saw: shape and path.</summary>
internal sealed class ServerCalls
{
    private readonly ConcurrentQueue<string> _seen = new();

    public IReadOnlyCollection<string> Seen => _seen;

    public void Add(MethodType shape, ServerCallContext context) => _seen.Enqueue($"{shape} {context.Method} {context.RequestHeaders.GetValue("x-test")}");
}

/// <summary>Stands around all four shapes of calls on the server.</summary>
internal sealed class ServerCallsInterceptor(ServerCalls calls) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        calls.Add(MethodType.Unary, context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Add(MethodType.ClientStreaming, context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Add(MethodType.ServerStreaming, context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        calls.Add(MethodType.DuplexStreaming, context);
        return continuation(requestStream, responseStream, context);
    }
}

/// <summary>A health check that tests turn.</summary>
internal sealed class HealthSwitch : IHealthCheck
{
    private volatile bool _unhealthy;

    public bool Unhealthy
    {
        get => _unhealthy;
        set => _unhealthy = value;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_unhealthy ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
}
