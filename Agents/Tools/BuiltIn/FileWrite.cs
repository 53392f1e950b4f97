using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>fs.write, fs.patch and fs.delete: they change the attempt's copy of the workspace, never the workspace.</summary>
internal sealed class FileWrite
{
    private const int MostBytes = 4 * 1024 * 1024;

    [Tool("fs.write", Description = "Writes a text file in the attempt's copy of the workspace, with the folders above it: {path, bytes, created}.", Risk = ToolRisk.Medium)]
    public static async Task<JsonObject> WriteAsync(
        [Description("Relative to the workspace, with /.")] string path,
        [Description("The whole file.")] string? text,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Whether a file that is there may be replaced.")] bool replace = false)
    {
        var files = call.Folder.Writable(cancellationToken);
        var target = Target(files, path);
        if (call.Folder.LeftOut.FirstOrDefault(file => file.Path == files.Relative(target)) is { } left)
            throw ToolException.Invalid("args.path", path, $"is not in the copy: {left.Reason}");
        var created = !File.Exists(target);
        if (!created && !replace)
            throw ToolException.Invalid("args.path", path, "is there already, and args.replace is not true");
        var bytes = await WriteAsync(path, target, text ?? "", cancellationToken);
        return new JsonObject { ["path"] = path, ["bytes"] = bytes, ["created"] = created };
    }

    [Tool("fs.patch", Description = "Applies a unified diff to one text file in the attempt's copy of the workspace: {path, hunks, added, deleted, bytes}.", Risk = ToolRisk.Medium)]
    public static async Task<JsonObject> PatchAsync(
        [Description("Relative to the workspace, with /.")] string path,
        [Description("Hunks that begin with @@; lines of ---, +++ and diff before them are passed over."), MinLength(1)] string patch,
        ToolCallContext call,
        CancellationToken cancellationToken)
    {
        var files = call.Folder.Writable(cancellationToken);
        var old = await files.ReadAsync(path, cancellationToken: cancellationToken);
        var text = old.LineCount == 0 ? "" : await File.ReadAllTextAsync(files.Resolve(path), cancellationToken);
        var result = UnifiedPatch.Apply(text, patch);
        var bytes = await WriteAsync(path, Target(files, path), result.Text, cancellationToken);
        return new JsonObject { ["path"] = path, ["hunks"] = result.Hunks, ["added"] = result.Added, ["deleted"] = result.Deleted, ["bytes"] = bytes };
    }

    [Tool("fs.delete", Description = "Deletes one file or link in the attempt's copy of the workspace: {path, bytes}.", Risk = ToolRisk.Medium)]
    public static JsonObject Delete([Description("Relative to the workspace, with /.")] string path, ToolCallContext call, CancellationToken cancellationToken)
    {
        var target = Target(call.Folder.Writable(cancellationToken), path, create: false);
        // A link is deleted, not what it leads to.
        var file = new FileInfo(target);
        if (!file.Exists && file.LinkTarget is null)
            throw ToolException.Invalid("args.path", path, "is not a file of the workspace");
        var bytes = file.LinkTarget is null ? file.Length : 0;
        file.Delete();
        return new JsonObject { ["path"] = path, ["bytes"] = bytes };
    }

    // A new file goes aside and then takes the name: a link of that name is replaced, not followed.
    private static async Task<int> WriteAsync(string path, string target, string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MostBytes)
            throw ToolException.Invalid("args.text", $"{bytes.Length} bytes", $"is more than the {MostBytes} bytes that may be written");
        var mode = !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : (UnixFileMode?)null;
        var aside = $"{target}.{Guid.NewGuid():N}";
        try
        {
            await File.WriteAllBytesAsync(aside, bytes, cancellationToken);
            if (!OperatingSystem.IsWindows() && mode is { } kept)
                File.SetUnixFileMode(aside, kept);
            File.Move(aside, target, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(aside);
            throw new ToolException(ToolException.Failed, $"args.path: '{path}' cannot be written: {exception.Message}");
        }

        return bytes.Length;
    }

    /// <summary>What is changed: inside, whatever links there are on the way.</summary>
    private static string Target(Workspace files, string path, bool create = true)
    {
        if (path.Contains('\0') || Path.IsPathRooted(path) || path.EndsWith('/'))
            throw ToolException.Invalid("args.path", path, "must be the path of a file, relative to the workspace");
        var full = Path.GetFullPath(Path.Combine(files.Root, path));
        if (!full.StartsWith(files.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw ToolException.Invalid("args.path", path, "leads out of the workspace");
        var parts = Path.GetRelativePath(files.Root, full).Split(Path.DirectorySeparatorChar);
        if (parts.Contains(".git"))
            throw ToolException.Invalid("args.path", path, "is in the folder of version control");
        var folder = files.Root;
        foreach (var part in parts[..^1])
        {
            folder = Path.Combine(folder, part);
            if (new FileInfo(folder).LinkTarget is not null)
                throw ToolException.Invalid("args.path", path, $"goes through the link '{part}'");
            if (File.Exists(folder))
                throw ToolException.Invalid("args.path", path, $"goes through '{part}', which is a file");
            if (create)
                Directory.CreateDirectory(folder);
        }

        if (Directory.Exists(full) && new FileInfo(full).LinkTarget is null)
            throw ToolException.Invalid("args.path", path, "is a folder");
        return full;
    }
}
