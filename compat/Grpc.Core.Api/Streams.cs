using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Messages that come in.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>Only after <see cref="MoveNext"/> answered true.</summary>
    T Current { get; }

    /// <summary>False at the end of the stream.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages that go out; one write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>For the writes that follow; null is the default.</summary>
    WriteOptions? WriteOptions { get; set; }

    Task WriteAsync(T message);

    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.");
        return WriteAsync(message);
    }
}

/// <summary>Messages from a client.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the stream, after the last write.</summary>
    Task CompleteAsync();
}

/// <summary>Messages from a server.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;

/// <summary>Reading without a token.</summary>
public static class AsyncStreamReaderExtensions
{
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        GrpcPreconditions.CheckNotNull(streamReader, nameof(streamReader));
        return streamReader.MoveNext(CancellationToken.None);
    }
}
