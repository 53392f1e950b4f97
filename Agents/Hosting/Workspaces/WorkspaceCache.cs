using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Agents.Hosting.Workspaces;

/// <summary>An unpacked workspace that is not deleted before this is disposed of.</summary>
/// <param name="root">The folder with its files, without links in the path.</param>
/// <param name="hold">Its mark, opened.</param>
internal sealed class CachedWorkspace(string root, FileStream hold) : IDisposable
{
    public string Root => root;

    public void Dispose() => hold.Dispose();
}

/// <summary>
/// Unpacked workspaces, by the hash of their archive, for all agents of the machine.
/// <code>
/// tmp-PROCESS-…/   being unpacked ── rename ─→ HASH/ ── rename ─→ old-…/ being deleted
/// HASH/.complete   its bytes; last written when it was last used; locked, shared, while it is used
/// HASH/files/
/// </code>
/// What has not been used for long goes, and what was not used for longest while all together are too large. What is used stays.
/// </summary>
internal sealed class WorkspaceCache(WorkspaceOptions options, TimeProvider time, ILogger logger)
{
    public const string Files = "files";
    private const string Mark = ".complete";
    private const string Working = "tmp-";
    private const string Leaving = "old-";

    /// <summary>Null: it is not there.</summary>
    public CachedWorkspace? Use(string name)
    {
        var folder = Path.Combine(options.CachePath, name);
        var mark = Path.Combine(folder, Mark);
        FileStream? hold = null;
        try
        {
            if (!File.Exists(mark))
                return null;
            hold = new FileStream(mark, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            File.SetLastWriteTimeUtc(mark, time.GetUtcNow().UtcDateTime);
            return new CachedWorkspace(RealPath.Of(Path.Combine(folder, Files)), hold);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is being deleted by another process, perhaps between our opening it and now.
            hold?.Dispose();
            return null;
        }
    }

    /// <summary>A folder to unpack into.</summary>
    public string Begin()
    {
        Directory.CreateDirectory(options.CachePath);
        DeleteUnused();
        return Directory.CreateDirectory(Path.Combine(options.CachePath, $"{Working}{Environment.ProcessId}-{Guid.NewGuid():N}")).FullName;
    }

    /// <summary>Makes what was unpacked that workspace.</summary>
    /// <returns>Null: it is gone again.</returns>
    public async Task<CachedWorkspace?> PublishAsync(string work, string name, long bytes, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(options.CachePath, name);
        await File.WriteAllTextAsync(Path.Combine(work, Mark), bytes.ToString(CultureInfo.InvariantCulture), cancellationToken);
        try
        {
            // The moment at which it is there for all; another process may have been faster with the same content.
            Directory.Move(work, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, Mark)))
        {
        }

        var used = Use(name);
        Shrink();
        return used;
    }

    private void DeleteUnused()
    {
        var oldest = (time.GetUtcNow() - options.KeepUnused).UtcDateTime;
        foreach (var folder in Directory.EnumerateDirectories(options.CachePath))
        {
            var isOurs = !Path.GetFileName(folder).StartsWith(Working, StringComparison.Ordinal) && !Path.GetFileName(folder).StartsWith(Leaving, StringComparison.Ordinal);
            if (isOurs && LastUse(folder) < oldest)
                Delete(folder);
            else if (!isOurs && Directory.GetLastWriteTimeUtc(folder) < oldest)
                DeleteFolder(folder); // of a process that was killed
        }
    }

    private void Shrink()
    {
        var all = Directory.EnumerateDirectories(options.CachePath).Select(folder => (Folder: folder, Bytes: Bytes(folder), Used: LastUse(folder)))
            .Where(one => one.Bytes >= 0).OrderBy(one => one.Used).ToList();
        var total = all.Sum(one => one.Bytes);
        foreach (var (folder, bytes, _) in all)
        {
            if (total <= options.MaxCacheBytes)
                return;
            if (Delete(folder))
                total -= bytes;
        }
    }

    // False: somebody uses it, or it cannot be deleted.
    private bool Delete(string folder)
    {
        var leaving = Path.Combine(options.CachePath, $"{Leaving}{Guid.NewGuid():N}");
        try
        {
            using (new FileStream(Path.Combine(folder, Mark), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0))
                Directory.Move(folder, leaving);
        }
        catch (IOException)
        {
            return false; // used, or another process is faster
        }
        catch (UnauthorizedAccessException exception)
        {
            WorkspaceLog.NotDeleted(logger, folder, exception.Message);
            return false;
        }

        return DeleteFolder(leaving);
    }

    private bool DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WorkspaceLog.NotDeleted(logger, folder, exception.Message);
            return false;
        }
    }

    private static DateTime LastUse(string folder) => File.GetLastWriteTimeUtc(Path.Combine(folder, Mark));

    // Negative: it is none.
    private static long Bytes(string folder)
    {
        try
        {
            // A mark without a number is of an earlier release.
            return long.TryParse(File.ReadAllText(Path.Combine(folder, Mark)), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }
}
