namespace Orchestrator.Tests.Artifacts;

/// <summary>As many bytes as wanted, without holding them.</summary>
internal sealed class PatternStream(long length, long failAt = long.MaxValue) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_position >= failAt)
        {
            throw new IOException("The sender went away.");
        }

        var read = (int)Math.Min(count, length - _position);
        buffer.AsSpan(offset, read).Fill((byte)(_position / 4096));
        _position += read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var array = new ArraySegment<byte>(_scratch, 0, Math.Min(buffer.Length, _scratch.Length));
        var read = Read(array.Array!, 0, array.Count);
        array.AsSpan(0, read).CopyTo(buffer.Span);
        return new(read);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private readonly byte[] _scratch = new byte[64 * 1024];
}
