using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>fs.list.</summary>
internal sealed class FileList
{
    [Tool("fs.list", Description = "The text files below a folder: {entries: [{path, bytes, language}], truncated}.", Risk = ToolRisk.Low)]
    public static JsonObject List(
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Folder or file. Default: all.")] string? path = null,
        [Description("Globs; only these.")] IReadOnlyList<string>? include = null,
        [Description("Globs; not these.")] IReadOnlyList<string>? exclude = null,
        [Range(1, 10_000)] int max = 1_000)
    {
        var entries = new JsonArray();
        var truncated = false;
        foreach (var file in call.Folder.Files.Files(Walks.Options(path, include, exclude), cancellationToken: cancellationToken))
        {
            if (entries.Count == max)
            {
                truncated = true;
                break;
            }

            entries.Add(new JsonObject { ["path"] = file.Path, ["bytes"] = file.Bytes, ["language"] = file.Language.Name });
        }

        return new JsonObject { ["entries"] = entries, ["truncated"] = truncated };
    }
}

/// <summary>What fs.list and fs.search share.</summary>
internal static class Walks
{
    public static WalkOptions Options(string? path, IReadOnlyList<string>? include, IReadOnlyList<string>? exclude) => new()
    {
        Paths = path is { Length: > 0 } && path != "." ? [path] : null,
        Include = include ?? [],
        Exclude = exclude ?? [],
    };
}
