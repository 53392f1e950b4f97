using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Agents.Tools.BuiltIn;

/// <summary>fs.read.</summary>
internal sealed class FileRead
{
    [Tool("fs.read", Description = "Reads a text file, or lines of it: {path, start_line, end_line, lines, text, truncated}.", Risk = ToolRisk.Low)]
    public static async Task<JsonObject> ReadAsync(
        [Description("Relative to the workspace, with /.")] string path,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Range(1, int.MaxValue)] int startLine = 1,
        [Range(1, int.MaxValue)] int endLine = int.MaxValue,
        [Range(1, 1_000_000)] int maxChars = 200_000)
    {
        if (endLine < startLine)
            throw ToolException.Invalid("args.end_line", $"{endLine}", $"must not be before start_line {startLine}");

        var file = await call.Folder.Files.ReadAsync(path, cancellationToken: cancellationToken);
        if (startLine > 1 && startLine > file.LineCount)
            throw ToolException.Invalid("args.start_line", $"{startLine}", $"is beyond the end: {path} has {file.LineCount} lines");

        var end = Math.Min(endLine, file.LineCount);
        var text = file.LineCount == 0 ? "" : file.Quote(startLine, end);
        var truncated = text.Length > maxChars;
        if (truncated)
        {
            // Never half a character.
            maxChars -= char.IsHighSurrogate(text[maxChars - 1]) ? 1 : 0;
            text = text[..maxChars];
            end = startLine + text.AsSpan().Count('\n');
        }

        return new JsonObject { ["path"] = path, ["start_line"] = startLine, ["end_line"] = end, ["lines"] = file.LineCount, ["text"] = text, ["truncated"] = truncated };
    }
}
