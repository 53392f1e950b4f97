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
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidDataException || IsTooLarge(wrong))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, MalformedCalls.Told(method)));
        }
    }

    // Of a frame that claims more than any message can have; other failures to read mean that the caller is gone.
    private static bool IsTooLarge(Exception wrong) => wrong is IOException && wrong.Message.StartsWith("Message too large", StringComparison.Ordinal);
}
