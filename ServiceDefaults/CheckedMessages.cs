using Google.Protobuf;
using Grpc.Core;

namespace ServiceDefaults;

/// <summary>The messages of a caller that streams: one that is none of its type is INVALID_ARGUMENT, as it is for other calls.</summary>
internal sealed class CheckedMessages<T>(IAsyncStreamReader<T> messages, string method) : IAsyncStreamReader<T>
{
    public T Current => messages.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNext(cancellationToken);
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, MalformedCalls.Told(method)));
        }
    }
}
