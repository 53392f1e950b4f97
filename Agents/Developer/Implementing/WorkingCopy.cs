using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Rules.Patches;
using Agents.Tools;
using Agents.Workspaces;

namespace Agents.Developer.Implementing;

/// <summary>
/// The copy that one attempt works on, by tools only. What tools wrote is its change; what programs leave behind, like
/// caches, is none of it.
/// </summary>
internal sealed class WorkingCopy(TaskContext context, ToolRegistry tools, ToolFolder folder) : IDisposable
{
    private const long MostBytes = 4_000_000;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Workspace _original = folder.Files;
    private readonly ConcurrentDictionary<string, bool> _written = new(StringComparer.Ordinal);
    private int _writes;

    /// <summary>How often something was written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public Workspace Files => folder.Files;

    public async Task<JsonObject> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        var output = await tools.CallAsync(context, folder, tool, arguments, cancellationToken);
        if (tool is "fs.write" or "fs.patch" or "fs.delete" && output["path"]?.GetValue<string>() is { } path)
        {
            _written[Path.GetRelativePath(folder.Files.Root, Path.GetFullPath(Path.Combine(folder.Files.Root, path))).Replace(Path.DirectorySeparatorChar, '/')] = true;
            Interlocked.Increment(ref _writes);
        }

        return output;
    }

    /// <summary>Makes a change that was worked out before.</summary>
    /// <exception cref="TaskFailedException">INVALID_INPUT: it does not apply to the workspace.</exception>
    public async Task ApplyAsync(string diff, string field, CancellationToken cancellationToken)
    {
        foreach (var patch in PatchSet.Split(diff))
        {
            if (!PatchSet.TryApply(patch, Text(folder.Files, patch.Path), out var after, out var reason))
                throw new TaskFailedException(FailureCodes.InvalidInput, $"{field}: the change of {patch.Path} does not apply: {reason}.");
            if (patch.Deletes)
                await CallAsync("fs.delete", new JsonObject { ["path"] = patch.Path }, cancellationToken);
            else
                await CallAsync("fs.write", new JsonObject { ["path"] = patch.Path, ["text"] = after, ["replace"] = true }, cancellationToken);
        }
    }

    /// <summary>The files that tools wrote or deleted, before and now; null before: it is new; null now: it is gone.</summary>
    public IEnumerable<(string Path, string? Before, string? After)> Written() =>
        _written.Keys.Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Before: Text(_original, path), After: Text(folder.Files, path)))
            .Where(file => file.Before is not null || file.After is not null);

    /// <summary>What differs from the workspace.</summary>
    public (string Diff, IReadOnlyList<ChangedFile> Files) Change()
    {
        var diff = new StringBuilder();
        List<ChangedFile> files = [];
        foreach (var (path, before, after) in Written())
        {
            var (text, added, deleted) = UnifiedDiff.Of(path, before, after);
            if (text.Length == 0)
                continue;
            diff.Append(text);
            files.Add(new ChangedFile(path, before is null ? "added" : after is null ? "deleted" : "modified", added, deleted));
        }

        return (diff.ToString(), files);
    }

    public void Dispose() => folder.Dispose();

    // Exactly as it is, byte order mark and line ends included. Null: there is no such file.
    private static string? Text(Workspace files, string path)
    {
        var full = Path.GetFullPath(Path.Combine(files.Root, path));
        if (!full.StartsWith(files.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(full))
            return null;
        try
        {
            var real = files.Resolve(path);
            return new FileInfo(real).Length <= MostBytes
                ? Utf8.GetString(File.ReadAllBytes(real))
                : throw new TaskFailedException(FailureCodes.ToolFailed, $"{path} has more than {MostBytes} bytes: a change of it cannot be told as a diff.");
        }
        catch (ArgumentException exception)
        {
            throw new TaskFailedException(FailureCodes.ToolFailed, $"{path} is not UTF-8 text: a change of it cannot be told as a diff.", innerException: exception);
        }
    }
}
