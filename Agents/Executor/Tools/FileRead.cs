using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary><c>fs.read {path, start_line?, end_line?, max_chars?}</c> → <c>{path, start_line, end_line, lines, text, truncated}</c>.</summary>
internal sealed class FileRead : ITool
{
    public string Name => "fs.read";

    public IReadOnlyList<string> Arguments { get; } = ["path", "start_line", "end_line", "max_chars"];

    public async Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        var path = args.RequiredText("path");
        var most = args.Whole("max_chars", 200_000, 1, 1_000_000);
        var start = args.Whole("start_line", 1, 1, int.MaxValue);
        var end = args.Whole("end_line", int.MaxValue, 1, int.MaxValue);
        if (end < start)
            throw ToolException.Invalid("args.end_line", $"{end}", $"must not be before start_line {start}");

        var file = await workspace.ReadAsync(path, cancellationToken: cancellationToken);
        if (start > 1 && start > file.LineCount)
            throw ToolException.Invalid("args.start_line", $"{start}", $"is beyond the end: {path} has {file.LineCount} lines");

        end = Math.Min(end, file.LineCount);
        var text = file.LineCount == 0 ? "" : file.Quote(start, end);
        var truncated = text.Length > most;
        if (truncated)
        {
            // Never half a character.
            most -= char.IsHighSurrogate(text[most - 1]) ? 1 : 0;
            text = text[..most];
            end = start + text.AsSpan().Count('\n');
        }

        return new JsonObject { ["path"] = path, ["start_line"] = start, ["end_line"] = end, ["lines"] = file.LineCount, ["text"] = text, ["truncated"] = truncated };
    }
}
