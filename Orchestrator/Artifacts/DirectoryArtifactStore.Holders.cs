using Orchestrator.Storage.Embedded;

namespace Orchestrator.Artifacts;

internal sealed partial class DirectoryArtifactStore
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    public Task HoldAsync(string tenant, string id, string holder, CancellationToken ct)
    {
        var folder = HolderFolder(tenant, id);
        var path = Path.Combine(folder, Uri.EscapeDataString(holder));
        if (File.Exists(ContentPath(tenant, id)) && !File.Exists(path))
        {
            FileSystemSync.CreateFolder(folder);
            using (File.Create(path))
            {
            }

            FileSystemSync.Folder(folder);
        }

        return Task.CompletedTask;
    }

    public async Task DropAsync(string tenant, string id, string holder, CancellationToken ct)
    {
        var folder = HolderFolder(tenant, id);
        File.Delete(Path.Combine(folder, Uri.EscapeDataString(holder)));
        if (!HasHolders(folder) && File.GetLastWriteTimeUtc(ContentPath(tenant, id)) < _clock.GetUtcNow().UtcDateTime - Fresh)
        {
            await RemoveAsync(tenant, id, folder, ct);
        }
    }

    public async Task<int> SweepAsync(DateTimeOffset before, Func<string, CancellationToken, Task<bool>> isThere, CancellationToken ct)
    {
        var removed = 0;
        foreach (var tenant in Directory.Exists(_root) ? Directory.GetDirectories(_root) : [])
        {
            foreach (var path in Directory.EnumerateFiles(tenant, ArtifactNames.Prefix + "*.bin", SearchOption.AllDirectories))
            {
                ct.ThrowIfCancellationRequested();
                var (name, id) = (Path.GetFileName(tenant), Path.GetFileNameWithoutExtension(path));
                var folder = HolderFolder(name, id);
                foreach (var holder in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
                {
                    if (!await isThere(Uri.UnescapeDataString(Path.GetFileName(holder)), ct))
                    {
                        File.Delete(holder);
                    }
                }

                if (!HasHolders(folder) && File.GetLastWriteTimeUtc(path) < before.UtcDateTime)
                {
                    await RemoveAsync(name, id, folder, ct);
                    removed++;
                }
            }
        }

        return removed;
    }

    public Task<(long Count, long Bytes)> MeasureAsync(string tenant, CancellationToken ct)
    {
        ArtifactNames.CheckTenant(tenant);
        return Task.Run(
            () =>
            {
                var folder = new DirectoryInfo(Path.Combine(_root, tenant));
                var (count, bytes) = (0L, 0L);
                foreach (var file in folder.Exists ? folder.EnumerateFiles(ArtifactNames.Prefix + "*.bin", SearchOption.AllDirectories) : [])
                {
                    ct.ThrowIfCancellationRequested();
                    try
                    {
                        bytes += file.Length;
                        count++;
                    }
                    catch (FileNotFoundException)
                    {
                        // Deleted in this moment.
                    }
                }

                return (count, bytes);
            },
            ct);
    }

    private async Task RemoveAsync(string tenant, string id, string folder, CancellationToken ct)
    {
        await DeleteAsync(tenant, id, ct);
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Not there, or somebody holds it in this moment: then it is stored again with what follows.
        }
    }

    private static bool HasHolders(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any();

    private string HolderFolder(string tenant, string id)
    {
        ArtifactNames.CheckTenant(tenant);
        ArtifactNames.CheckId(id);
        return Path.ChangeExtension(ContentPath(tenant, id), ".refs");
    }
}
