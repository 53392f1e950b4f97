using System.Buffers;

namespace Bench.Collector;

/// <summary>
/// Takes OTLP over gRPC and counts, without parsing more than it takes to count spans: the processors are shared with what is
/// measured, and a collector's own work is not what is asked about.
/// </summary>
internal sealed class Received
{
    private static readonly byte[] s_empty = new byte[5];
    private long _requests;
    private long _bytes;
    private long _spans;

    public Counted Count() => new(Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes), Interlocked.Read(ref _spans));

    public async Task TakeAsync(HttpContext context, bool isTraces)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                Take(read.Buffer, isTraces);
                reader.AdvanceTo(read.Buffer.End);
                break;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await context.Response.Body.WriteAsync(s_empty, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Take(in ReadOnlySequence<byte> body, bool isTraces)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, body.Length);
        if (!isTraces)
        {
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(bytes);

        // After the five bytes of gRPC: resource_spans (1), in it scope_spans (2), in it spans (2).
        Interlocked.Add(ref _spans, Within(bytes.AsSpan(5, (int)body.Length - 5), [1, 2, 2]));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    // How many fields of the path there are.
    private static long Within(ReadOnlySpan<byte> message, ReadOnlySpan<int> path)
    {
        long count = 0;
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            if ((tag & 7) != 2)
            {
                switch (tag & 7)
                {
                    case 0: Varint(ref message); break;
                    case 1: message = message[8..]; break;
                    default: message = message[4..]; break;
                }

                continue;
            }

            var length = (int)Varint(ref message);
            if ((int)(tag >> 3) == path[0])
            {
                count += path.Length == 1 ? 1 : Within(message[..length], path[1..]);
            }

            message = message[length..];
        }

        return count;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}

internal sealed record Counted(long Requests, long Bytes, long Spans);
