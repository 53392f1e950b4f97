using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary><c>fs.list {path?, include?, exclude?, max?}</c> → <c>{entries: [{path, bytes, language}], truncated}</c>: the text files below a folder.</summary>
internal sealed class FileList : ITool
{
    public string Name => "fs.list";

    public IReadOnlyList<string> Arguments { get; } = ["path", "include", "exclude", "max"];

    public Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        var most = args.Whole("max", 1_000, 1, 10_000);
        var entries = new JsonArray();
        var truncated = false;
        foreach (var file in workspace.Files(Walks.Options(args), cancellationToken: cancellationToken))
        {
            if (entries.Count == most)
            {
                truncated = true;
                break;
            }

            entries.Add(new JsonObject { ["path"] = file.Path, ["bytes"] = file.Bytes, ["language"] = file.Language.Name });
        }

        return Task.FromResult(new JsonObject { ["entries"] = entries, ["truncated"] = truncated });
    }
}

/// <summary>What fs.list and fs.search share.</summary>
internal static class Walks
{
    public static WalkOptions Options(ToolArguments args) => new()
    {
        Paths = args.Text("path") is { Length: > 0 } path && path != "." ? [path] : null,
        Include = args.Texts("include"),
        Exclude = args.Texts("exclude"),
    };
}
