using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Storage.Embedded;

namespace Orchestrator.Artifacts;

/// <summary>Artifacts in a folder, or a volume that replicas share.</summary>
/// <remarks>
/// <code>
/// ROOT/TENANT/ab/sha256-abcd….bin    the content; it exists only whole and flushed
/// ROOT/TENANT/ab/sha256-abcd….json   {"size":…,"media_type":…}, written before it
/// ROOT/TENANT/ab/sha256-abcd….refs/  an empty file for each holder: a run that refers to it
/// ROOT/TENANT/tmp/…                  content on its way in; leftovers are older than a day and are removed
/// </code>
/// Two that store the same content at the same time write the same bytes, and the second rename replaces equal by equal.
/// </remarks>
internal sealed partial class DirectoryArtifactStore : IArtifactStore
{
    private const int BufferSize = 128 * 1024;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _root;
    private readonly TimeProvider _clock;

    public DirectoryArtifactStore(string root, TimeProvider clock)
    {
        (_root, _clock) = (Path.GetFullPath(root), clock);
    }

    public async Task<ArtifactInfo> PutAsync(string tenant, Stream content, string mediaType, long limit, CancellationToken ct, string? expectedId = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArtifactNames.CheckTenant(tenant);
        ArtifactNames.CheckMediaType(mediaType);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (expectedId is not null)
        {
            ArtifactNames.CheckId(expectedId);
        }

        var temporary = Temporary(tenant);
        try
        {
            var (id, size) = await ReceiveAsync(content, temporary, limit, ct);
            if (expectedId is not null && id != expectedId)
            {
                throw new ArtifactHashException($"The content has the id '{id}', not '{expectedId}' as it should.");
            }

            if (await RenewAsync(tenant, id, ct) is { } known && known.Size == size)
            {
                return known;
            }

            var path = ContentPath(tenant, id);
            var folder = Path.GetDirectoryName(path)!;
            FileSystemSync.CreateFolder(folder);
            await WriteInfoAsync(tenant, id, new StoredInfo(size, mediaType), ct);
            File.Move(temporary, path, overwrite: true);
            FileSystemSync.Folder(folder);
            return new ArtifactInfo(id, size, mediaType);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task<Stream?> OpenAsync(string tenant, string id, CancellationToken ct)
    {
        if (await GetAsync(tenant, id, ct) is not { } info)
        {
            return null;
        }

        try
        {
            var file = new FileStream(ContentPath(tenant, id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return new VerifyingStream(file, info);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted in the meantime.
            return null;
        }
    }

    public async Task<ArtifactInfo?> GetAsync(string tenant, string id, CancellationToken ct)
    {
        ArtifactNames.CheckTenant(tenant);
        ArtifactNames.CheckId(id);
        if (!File.Exists(ContentPath(tenant, id)))
        {
            return null;
        }

        try
        {
            await using var file = new FileStream(InfoPath(tenant, id), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1024, FileOptions.Asynchronous);
            var info = await JsonSerializer.DeserializeAsync<StoredInfo>(file, Json, ct);
            return info is null ? null : new ArtifactInfo(id, info.Size, info.MediaType);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Never the case for content that was acknowledged; whoever stores it again mends it.
            return null;
        }
    }

    public async Task<ArtifactInfo?> RenewAsync(string tenant, string id, CancellationToken ct)
    {
        if (await GetAsync(tenant, id, ct) is not { } info)
        {
            return null;
        }

        try
        {
            // Whoever sweeps sees that it is wanted again.
            File.SetLastWriteTimeUtc(ContentPath(tenant, id), _clock.GetUtcNow().UtcDateTime);
            return info;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted in the meantime.
            return null;
        }
    }

    public Task<bool> DeleteAsync(string tenant, string id, CancellationToken ct)
    {
        ArtifactNames.CheckTenant(tenant);
        ArtifactNames.CheckId(id);
        ct.ThrowIfCancellationRequested();
        var path = ContentPath(tenant, id);
        if (!File.Exists(path))
        {
            return Task.FromResult(false);
        }

        // The content first: without it there is no artifact.
        File.Delete(path);
        File.Delete(InfoPath(tenant, id));
        return Task.FromResult(true);
    }

    private static async Task<(string Id, long Size)> ReceiveAsync(Stream content, string path, long limit, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            long size = 0;
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
            {
                size += read;
                if (size > limit)
                {
                    throw new ArtifactTooLargeException(limit);
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            file.Flush(flushToDisk: true);
            return (ArtifactNames.Id(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteInfoAsync(string tenant, string id, StoredInfo info, CancellationToken ct)
    {
        var temporary = Temporary(tenant);
        await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous))
        {
            await JsonSerializer.SerializeAsync(file, info, Json, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, InfoPath(tenant, id), overwrite: true);
    }

    private string Temporary(string tenant)
    {
        var folder = Path.Combine(_root, tenant, "tmp");
        if (!Directory.Exists(folder))
        {
            FileSystemSync.CreateFolder(folder);
        }
        else
        {
            RemoveLeftovers(folder);
        }

        return Path.Combine(folder, Guid.NewGuid().ToString("N"));
    }

    // Of processes that were killed; nothing that is still being received is a day old.
    private void RemoveLeftovers(string folder)
    {
        var limit = _clock.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => File.GetLastWriteTimeUtc(f) < limit))
        {
            File.Delete(file);
        }
    }

    private string ContentPath(string tenant, string id) =>
        Path.Combine(_root, tenant, id.Substring(ArtifactNames.Prefix.Length, 2), id + ".bin");

    private string InfoPath(string tenant, string id) => Path.ChangeExtension(ContentPath(tenant, id), ".json");

    private sealed record StoredInfo(long Size, string MediaType);
}
