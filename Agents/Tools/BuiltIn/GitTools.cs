using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>git.log, git.diff, git.show and git.status. What was committed once and should not have been does not leave: it is redacted.</summary>
internal sealed class GitTools(Git git, DiffRedaction redaction)
{
    private const int MostEntries = 5_000;

    [Tool("git.log", Description = "Commits, the newest first: {commits: [{hash, author, date, subject}]}.", Risk = ToolRisk.Low)]
    public async Task<JsonObject> LogAsync(
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Range(1, 1_000)] int max = 20,
        [Description("Only commits that touch it.")] string? path = null,
        [Description("Revision to begin at. Default: HEAD.")] string? from = null,
        [Description("Only commits after this time.")] string? since = null)
    {
        List<string> command = ["log", $"--max-count={max}", "--no-show-signature", "--format=%H%x1f%an%x1f%aI%x1f%s%x1e"];
        if (since is { Length: > 0 })
            command.Add($"--since={since}");
        command.Add(Git.Revision("from", from is { Length: > 0 } ? from : "HEAD"));
        GitPaths.Add(command, path, call.Folder.Files);

        var (text, _) = await git.RunAsync(call.Folder.Files, command, 4 * 1024 * 1024, cancellationToken);
        var commits = text.Split('\x1e', StringSplitOptions.RemoveEmptyEntries).Select(record => record.Trim('\n').Split('\x1f')).Where(fields => fields.Length == 4);
        return new JsonObject
        {
            ["commits"] = new JsonArray([.. commits.Select(fields => new JsonObject { ["hash"] = fields[0], ["author"] = fields[1], ["date"] = fields[2], ["subject"] = redaction.Text(fields[3]) })]),
        };
    }

    [Tool("git.diff", Description = "A unified diff: {diff, files: [{path, added, deleted}], withheld, truncated}. Binary files have no counts; of files that usually hold secrets no content is shown.", Risk = ToolRisk.Low)]
    public async Task<JsonObject> DiffAsync(
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Revision. Default: the index.")] string? from = null,
        [Description("Revision; needs from. Default: the files.")] string? to = null,
        bool staged = false,
        string? path = null,
        [Range(1, 2 * 1024 * 1024)] int maxBytes = 512 * 1024)
    {
        List<string> range = [];
        if (staged)
            range.Add("--cached");
        if (from is { Length: > 0 })
            range.Add(Git.Revision("from", from));
        if (to is { Length: > 0 })
            range.Add(range.Count > 0 && range[^1] != "--cached" ? Git.Revision("to", to) : throw ToolException.Invalid("args.to", to, "needs args.from"));
        var files = call.Folder.Files;
        GitPaths.Add(range, path, files);

        var (diff, truncated) = await git.RunAsync(files, ["diff", "--no-ext-diff", "--no-textconv", .. range], maxBytes, cancellationToken);
        var (shown, withheld) = redaction.Diff(diff);
        var (counts, _) = await git.RunAsync(files, ["diff", "--no-ext-diff", "--no-textconv", "--numstat", "-z", "--no-renames", .. range], 2 * 1024 * 1024, cancellationToken);
        var changed = counts.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimStart('\n').Split('\t', 3)).Where(fields => fields.Length == 3);
        return new JsonObject
        {
            ["diff"] = shown,
            ["files"] = new JsonArray([.. changed.Select(fields => new JsonObject { ["path"] = fields[2], ["added"] = Number(fields[0]), ["deleted"] = Number(fields[1]) })]),
            ["withheld"] = withheld,
            ["truncated"] = truncated,
        };
    }

    [Tool("git.show", Description = "One commit with its change: {hash, author, date, message, diff, withheld, truncated}.", Risk = ToolRisk.Low)]
    public async Task<JsonObject> ShowAsync(
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Revision of a commit. Default: HEAD.")] string? revision = null,
        [Description("Only the change of it.")] string? path = null,
        [Range(1, 2 * 1024 * 1024)] int maxBytes = 512 * 1024)
    {
        // A commit: of a file's or a tree's name nothing is shown.
        var commit = Git.Revision("revision", revision is { Length: > 0 } ? revision : "HEAD") + "^{commit}";
        List<string> command = ["show", "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--format=%H%x1f%an%x1f%aI%x1f%B%x1e", commit];
        GitPaths.Add(command, path, call.Folder.Files);
        var (text, truncated) = await git.RunAsync(call.Folder.Files, command, maxBytes, cancellationToken);
        var end = text.IndexOf('\x1e', StringComparison.Ordinal);
        var fields = text[..Math.Max(0, end)].Split('\x1f', 4);
        if (fields.Length != 4)
            throw new ToolException(ToolException.Failed, "git has shown no commit, or its message has more than max_bytes.");
        var (diff, withheld) = redaction.Diff(text[(end + 1)..].TrimStart('\n'));
        return new JsonObject
        {
            ["hash"] = fields[0],
            ["author"] = fields[1],
            ["date"] = fields[2],
            ["message"] = redaction.Text(fields[3].Trim()),
            ["diff"] = diff,
            ["withheld"] = withheld,
            ["truncated"] = truncated,
        };
    }

    [Tool("git.status", Description = "What differs from the last commit, as in git status --porcelain: {branch, clean, entries: [{status, path}], truncated}.", Risk = ToolRisk.Low)]
    public async Task<JsonObject> StatusAsync(ToolCallContext call, CancellationToken cancellationToken, string? path = null)
    {
        List<string> command = ["status", "--porcelain=v1", "--branch", "-z", "--no-renames", "--ignore-submodules=all"];
        GitPaths.Add(command, path, call.Folder.Files);
        var (text, truncated) = await git.RunAsync(call.Folder.Files, command, 2 * 1024 * 1024, cancellationToken);
        var lines = text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var entries = lines.Where(line => line.Length > 3 && !line.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        return new JsonObject
        {
            ["branch"] = lines.FirstOrDefault(line => line.StartsWith("## ", StringComparison.Ordinal)) is { } branch ? branch[3..].Split("...")[0] : null,
            ["clean"] = entries.Length == 0,
            ["entries"] = new JsonArray([.. entries.Take(MostEntries).Select(line => new JsonObject { ["status"] = line[..2], ["path"] = line[3..] })]),
            ["truncated"] = truncated || entries.Length > MostEntries,
        };
    }

    private static JsonValue? Number(string text) => int.TryParse(text, out var number) ? JsonValue.Create(number) : null;
}

/// <summary>The path argument of all of them.</summary>
internal static class GitPaths
{
    // A deleted file has a history too, so it need not exist; but it must not lead out.
    public static void Add(List<string> command, string? path, Workspace workspace)
    {
        command.Add("--");
        if (path is not { Length: > 0 })
            return;
        var full = Path.GetFullPath(Path.Combine(workspace.Root, path));
        if (path.Contains('\0') || Path.IsPathRooted(path) || (full != workspace.Root && !full.StartsWith(workspace.Root + "/", StringComparison.Ordinal)))
            throw ToolException.Invalid("args.path", path, "must be relative to the workspace and stay inside");
        command.Add(workspace.Relative(full));
    }
}
