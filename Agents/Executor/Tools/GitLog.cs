using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary><c>git.log {max?, path?, from?, since?}</c> → <c>{commits: [{hash, author, date, subject}]}</c>, the newest first.</summary>
internal sealed class GitLog(Git git) : ITool
{
    public string Name => "git.log";

    public IReadOnlyList<string> Arguments { get; } = ["max", "path", "from", "since"];

    public async Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        var most = args.Whole("max", 20, 1, 1_000);
        List<string> command = ["log", $"--max-count={most}", "--no-show-signature", "--format=%H%x1f%an%x1f%aI%x1f%s%x1e"];
        if (args.Text("since") is { Length: > 0 } since)
            command.Add($"--since={since}");
        command.Add(Git.Revision("from", args.Text("from") is { Length: > 0 } from ? from : "HEAD"));
        GitPaths.Add(command, args, workspace);

        var (text, _) = await git.RunAsync(workspace, command, 4 * 1024 * 1024, cancellationToken);
        var commits = text.Split('\x1e', StringSplitOptions.RemoveEmptyEntries).Select(record => record.Trim('\n').Split('\x1f')).Where(fields => fields.Length == 4);
        return new JsonObject
        {
            ["commits"] = new JsonArray([.. commits.Select(fields => new JsonObject { ["hash"] = fields[0], ["author"] = fields[1], ["date"] = fields[2], ["subject"] = fields[3] })]),
        };
    }
}

/// <summary><c>git.diff {from?, to?, staged?, path?, max_bytes?}</c> → <c>{diff, files: [{path, added, deleted}], truncated}</c>: unified. Binary files have no counts.</summary>
internal sealed class GitDiff(Git git) : ITool
{
    public string Name => "git.diff";

    public IReadOnlyList<string> Arguments { get; } = ["from", "to", "staged", "path", "max_bytes"];

    public async Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        List<string> range = [];
        if (args.Flag("staged"))
            range.Add("--cached");
        if (args.Text("from") is { Length: > 0 } from)
            range.Add(Git.Revision("from", from));
        if (args.Text("to") is { Length: > 0 } to)
            range.Add(range.Count > 0 && range[^1] != "--cached" ? Git.Revision("to", to) : throw ToolException.Invalid("args.to", to, "needs args.from"));
        GitPaths.Add(range, args, workspace);

        var most = args.Whole("max_bytes", 512 * 1024, 1, 2 * 1024 * 1024);
        var (diff, truncated) = await git.RunAsync(workspace, ["diff", "--no-ext-diff", "--no-textconv", .. range], most, cancellationToken);
        var (counts, _) = await git.RunAsync(workspace, ["diff", "--no-ext-diff", "--no-textconv", "--numstat", "-z", "--no-renames", .. range], 2 * 1024 * 1024, cancellationToken);
        var files = counts.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimStart('\n').Split('\t', 3)).Where(fields => fields.Length == 3);
        return new JsonObject
        {
            ["diff"] = diff,
            ["files"] = new JsonArray([.. files.Select(fields => new JsonObject { ["path"] = fields[2], ["added"] = Number(fields[0]), ["deleted"] = Number(fields[1]) })]),
            ["truncated"] = truncated,
        };
    }

    private static JsonValue? Number(string text) => int.TryParse(text, out var number) ? JsonValue.Create(number) : null;
}

/// <summary><c>git.status {path?}</c> → <c>{branch, clean, entries: [{status, path}], truncated}</c>; status as in <c>git status --porcelain</c>.</summary>
internal sealed class GitStatus(Git git) : ITool
{
    private const int Most = 5_000;

    public string Name => "git.status";

    public IReadOnlyList<string> Arguments { get; } = ["path"];

    public async Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        List<string> command = ["status", "--porcelain=v1", "--branch", "-z", "--no-renames", "--ignore-submodules=all"];
        GitPaths.Add(command, args, workspace);
        var (text, truncated) = await git.RunAsync(workspace, command, 2 * 1024 * 1024, cancellationToken);
        var lines = text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var entries = lines.Where(line => line.Length > 3 && !line.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        return new JsonObject
        {
            ["branch"] = lines.FirstOrDefault(line => line.StartsWith("## ", StringComparison.Ordinal)) is { } branch ? branch[3..].Split("...")[0] : null,
            ["clean"] = entries.Length == 0,
            ["entries"] = new JsonArray([.. entries.Take(Most).Select(line => new JsonObject { ["status"] = line[..2], ["path"] = line[3..] })]),
            ["truncated"] = truncated || entries.Length > Most,
        };
    }
}

/// <summary>The path argument of the three.</summary>
internal static class GitPaths
{
    // A deleted file has a history too, so it need not exist; but it must not lead out.
    public static void Add(List<string> command, ToolArguments args, Workspace workspace)
    {
        command.Add("--");
        if (args.Text("path") is not { Length: > 0 } path)
            return;
        var full = Path.GetFullPath(Path.Combine(workspace.Root, path));
        if (path.Contains('\0') || Path.IsPathRooted(path) || (full != workspace.Root && !full.StartsWith(workspace.Root + "/", StringComparison.Ordinal)))
            throw ToolException.Invalid("args.path", path, "must be relative to the workspace and stay inside");
        command.Add(workspace.Relative(full));
    }
}
