using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults;

/// <summary>The one place where an exception of a gRPC method becomes a status. Internals stay in the log.</summary>
internal sealed class ErrorInterceptor(IEnumerable<IErrorMapper> mappers, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private const int MaxDetail = 2000;
    private readonly IErrorMapper[] _mappers = [.. mappers];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException || IsLong(exception))
        {
            throw Translate(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(new CheckedMessages<TRequest>(requestStream, context.Method), context);
        }
        catch (Exception exception) when (exception is not RpcException || IsLong(exception))
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException || IsLong(exception))
        {
            throw Translate(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(new CheckedMessages<TRequest>(requestStream, context.Method), responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException || IsLong(exception))
        {
            throw Translate(exception, context);
        }
    }

    private static bool IsLong(Exception exception) => exception is RpcException { Status.Detail.Length: > MaxDetail };

    // The words of a status are a header: clients refuse to read a long one, and with it the whole answer.
    private static RpcException Short(RpcException status) => IsLong(status)
        ? new RpcException(new Status(status.StatusCode, string.Concat(status.Status.Detail.AsSpan(0, MaxDetail), "…")), status.Trailers)
        : status;

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (exception is RpcException status)
            return Short(status);

        foreach (var mapper in _mappers)
        {
            if (mapper.Map(exception) is { } known)
                return Short(known);
        }

        // The caller is gone, or this service stops: nobody's fault, and the engine's own way of saying so.
        if (context.CancellationToken.IsCancellationRequested && exception is (OperationCanceledException or IOException or InvalidOperationException))
            return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));

        var trace = Activity.Current?.TraceId.ToHexString() ?? "none";
        ErrorLog.Unexpected(logger, context.Method, trace, exception);
        return new RpcException(new Status(StatusCode.Internal, $"The service failed at {context.Method}; its log says why (trace {trace})."));
    }
}

internal static partial class ErrorLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed (trace {Trace})")]
    public static partial void Unexpected(ILogger logger, string method, string trace, Exception exception);
}
