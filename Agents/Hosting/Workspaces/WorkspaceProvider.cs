using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Workspaces;

/// <summary>Workspaces as local folders: shared paths are checked, packed ones unpacked once for all agents of the machine.</summary>
internal sealed partial class WorkspaceProvider(WorkspaceOptions options, TimeProvider time, ILogger<WorkspaceProvider> logger)
{
    private const string Mark = ".complete";
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _unpacking = new();

    /// <summary>A path that is given.</summary>
    /// <returns>The folder without links.</returns>
    public string Check(string path)
    {
        if (!Path.IsPathRooted(path))
            throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace path \"{path}\" is not absolute.");

        var real = RealPath.Of(path);
        if (options.Roots.Count > 0 && !options.Roots.Any(root => RealPath.IsBelow(real, root)))
            throw new TaskFailedException(FailureCodes.WorkspaceUnreadable, $"Workspace path \"{path}\" is not below any of Workspaces:Roots ({string.Join(", ", options.Roots)}).");
        if (!Directory.Exists(real))
        {
            // Another host may have the files, so another attempt may go well.
            throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace path \"{path}\" is not a folder on this machine.", retryable: true);
        }

        return real;
    }

    /// <summary>A packed workspace.</summary>
    /// <returns>The folder with its files.</returns>
    public async Task<string> MaterializeAsync(ArtifactRef artifact, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        if (!IdPattern.IsMatch(artifact.Id))
            throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace artifact \"{artifact.Id}\": ids are sha256: and 64 hexadecimal digits.");

        var folder = Path.Combine(options.CachePath, artifact.Id["sha256:".Length..]);
        if (Use(folder) is { } ready)
            return ready;

        var gate = _unpacking.GetOrAdd(artifact.Id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return Use(folder) ?? await UnpackAsync(artifact.Id, folder, artifacts, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<string> UnpackAsync(string id, string folder, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.CachePath);
        DeleteUnused();
        var work = Path.Combine(options.CachePath, $"tmp-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var packed = work + ".tar.gz";
        try
        {
            await FetchAsync(id, packed, artifacts, cancellationToken);
            Directory.CreateDirectory(Path.Combine(work, "files"));
            var skipped = await new TarUnpacker(options).UnpackAsync(packed, Path.Combine(work, "files"), cancellationToken);
            if (skipped > 0)
                WorkspaceLog.Skipped(logger, id, skipped);
            await File.WriteAllTextAsync(Path.Combine(work, Mark), "", cancellationToken);
            Publish(work, folder);
            return Use(folder) ?? throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace {id} was unpacked and is gone again.", retryable: true);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new TaskFailedException(FailureCodes.WorkspaceUnreadable, $"Workspace {id} cannot be unpacked: {exception.Message}", exception is IOException, innerException: exception);
        }
        finally
        {
            File.Delete(packed);
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static async Task FetchAsync(string id, string packed, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        await using var file = File.Create(packed);
        if (await artifacts.DownloadAsync(id, file, cancellationToken) is null)
            throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace {id} is not stored.");

        file.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        if ($"sha256:{hash}" != id)
            throw new TaskFailedException(FailureCodes.WorkspaceUnreadable, $"Workspace {id} came with other content (sha256:{hash}).", retryable: true);
    }

    // A rename is the moment at which it is there for all; another process may have been faster with the same content.
    private static void Publish(string work, string folder)
    {
        try
        {
            Directory.Move(work, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, Mark)))
        {
        }
    }

    private string? Use(string folder)
    {
        var mark = Path.Combine(folder, Mark);
        if (!File.Exists(mark))
            return null;

        try
        {
            File.SetLastWriteTimeUtc(mark, time.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // It is being deleted by another process.
            return null;
        }

        return RealPath.Of(Path.Combine(folder, "files"));
    }

    private void DeleteUnused()
    {
        var oldest = (time.GetUtcNow() - options.KeepUnused).UtcDateTime;
        foreach (var folder in Directory.EnumerateDirectories(options.CachePath))
        {
            try
            {
                var mark = Path.Combine(folder, Mark);
                if ((File.Exists(mark) ? File.GetLastWriteTimeUtc(mark) : Directory.GetLastWriteTimeUtc(folder)) < oldest)
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                WorkspaceLog.NotDeleted(logger, folder, exception.Message);
            }
        }
    }

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex IdPattern { get; }
}

internal static partial class WorkspaceLog
{
    [LoggerMessage(30, LogLevel.Information, "Workspace {Id}: {Count} entries that are not files or folders (links, devices) were left out")]
    public static partial void Skipped(ILogger logger, string id, int count);

    [LoggerMessage(31, LogLevel.Warning, "Unused workspace {Folder} could not be deleted: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string folder, string reason);
}
