using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Workspaces;

/// <summary>Workspaces as local folders: shared paths are checked, packed ones unpacked once for all agents of the machine.</summary>
internal sealed partial class WorkspaceProvider(WorkspaceOptions options, TimeProvider time, ILogger<WorkspaceProvider> logger)
{
    // By the id's first digit: a task waits for another only when both unpack the same, or nearly never.
    private readonly SemaphoreSlim[] _unpacking = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private readonly WorkspaceCache _cache = new(options, time, logger);

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
    /// <returns>The folder with its files; it stays until this is disposed of.</returns>
    public async Task<CachedWorkspace> MaterializeAsync(ArtifactRef artifact, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        if (!IdPattern.IsMatch(artifact.Id))
            throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace artifact \"{artifact.Id}\": ids are sha256: and 64 hexadecimal digits.");

        var name = artifact.Id["sha256:".Length..];
        if (_cache.Use(name) is { } ready)
            return ready;

        var gate = _unpacking[Convert.ToInt32(name[..1], 16)];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return _cache.Use(name) ?? await UnpackAsync(artifact.Id, name, artifacts, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<CachedWorkspace> UnpackAsync(string id, string name, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        string? work = null;
        try
        {
            work = _cache.Begin();
            var packed = Path.Combine(work, "packed.tar.gz");
            await FetchAsync(id, packed, artifacts, cancellationToken);
            var files = Directory.CreateDirectory(Path.Combine(work, WorkspaceCache.Files)).FullName;
            var (bytes, links) = await new TarUnpacker(options).UnpackAsync(packed, files, cancellationToken);
            File.Delete(packed);
            if (links > 0)
                WorkspaceLog.Skipped(logger, id, links);
            return await _cache.PublishAsync(work, name, bytes, cancellationToken)
                ?? throw new TaskFailedException(FailureCodes.WorkspaceMissing, $"Workspace {id} was unpacked and is gone again.", retryable: true);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new TaskFailedException(FailureCodes.WorkspaceUnreadable, $"Workspace {id} cannot be unpacked: {exception.Message}", exception is IOException, innerException: exception);
        }
        finally
        {
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

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex IdPattern { get; }
}

internal static partial class WorkspaceLog
{
    [LoggerMessage(30, LogLevel.Information, "Workspace {Id}: {Count} links were left out")]
    public static partial void Skipped(ILogger logger, string id, int count);

    [LoggerMessage(31, LogLevel.Warning, "Unused workspace {Folder} could not be deleted: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string folder, string reason);
}
