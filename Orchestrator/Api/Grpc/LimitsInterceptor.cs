using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Orchestrator.Api.Grpc;

/// <summary>Holds every request of a client to <see cref="RequestLimits"/> before it is looked at.</summary>
internal sealed class LimitsInterceptor : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(request);
        return continuation(request, responseStream, context);
    }

    private static void Check(object request)
    {
        if (request is IMessage message)
            RequestLimits.Check(message);
    }
}
