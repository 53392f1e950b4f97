using System.Buffers;
using Grpc.Core.Utils;

namespace Grpc.Core.Internal;

/// <summary>Serializes into an array, for callers that know only arrays.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    public byte[] Payload
    {
        get
        {
            GrpcPreconditions.CheckState(_payload is not null, "The serializer did not complete the message.");
            return _payload;
        }
    }

    public override void Complete(byte[] payload)
    {
        CheckOpen();
        _payload = payload;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        CheckOpen();
        return _writer ??= new ArrayBufferWriter<byte>();
    }

    public override void SetPayloadLength(int payloadLength) => CheckOpen();

    public override void Complete()
    {
        CheckOpen();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    private void CheckOpen() => GrpcPreconditions.CheckState(_payload is null, "The message is already complete.");
}

/// <summary>Reads from an array.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => (byte[])payload.Clone();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
