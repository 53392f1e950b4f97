using System.Security.Cryptography;

namespace Orchestrator.Artifacts;

/// <summary>Reads a file from its beginning and compares size and hash where it ends.</summary>
internal sealed class VerifyingStream(FileStream file, ArtifactInfo info) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;
    private bool _verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => info.Size;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = file.Read(buffer);
        Take(buffer[..count], buffer.IsEmpty);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await file.ReadAsync(buffer, cancellationToken);
        Take(buffer.Span[..count], buffer.IsEmpty);
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    // Verified with the last byte rather than at the end of the file: readers that know the size do not read on.
    private void Take(ReadOnlySpan<byte> bytes, bool nothingWanted)
    {
        if (_verified && bytes.IsEmpty)
        {
            return;
        }

        _hash.AppendData(bytes);
        _read += bytes.Length;
        if (_read < info.Size && (!bytes.IsEmpty || nothingWanted))
        {
            return;
        }

        var id = _read == info.Size ? ArtifactNames.Id(_hash.GetHashAndReset()) : null;
        _verified = true;
        if (id != info.Id)
        {
            throw new ArtifactHashException($"Artifact '{info.Id}' is damaged: '{file.Name}' has {(id is null ? $"{file.Length} bytes instead of {info.Size}" : $"the hash '{id}'")}.");
        }
    }
}
