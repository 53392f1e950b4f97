using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>fs.search.</summary>
internal sealed class FileSearch
{
    private const int MostColumns = 500;

    [Tool("fs.search", Description = "Lines that hold a text or match a regular expression: {matches: [{file, line, column, text}], files_searched, files_unreadable, files_withheld, truncated}.", Risk = ToolRisk.Low)]
    public static JsonObject Search(
        [Description("What is looked for; at most 1000 characters.")] string query,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Whether the query is a regular expression.")] bool regex = false,
        bool ignoreCase = false,
        [Description("Folder or file. Default: all.")] string? path = null,
        [Description("Globs; only these.")] IReadOnlyList<string>? include = null,
        [Description("Globs; not these.")] IReadOnlyList<string>? exclude = null,
        [Range(1, 5_000)] int max = 200)
    {
        var pattern = Pattern(query, regex, ignoreCase);
        var workspace = call.Folder.Files;
        var matches = new JsonArray();
        int searched = 0, unreadable = 0, withheld = 0;
        var truncated = false;
        foreach (var file in workspace.Files(Walks.Options(path, include, exclude), cancellationToken: cancellationToken))
        {
            if (truncated)
                break;
            if (SecretFiles.Holds(file.Path))
            {
                withheld++;
                continue;
            }

            TextFile text;
            try
            {
                text = workspace.Read(file.Path);
            }
            catch (WorkspaceException)
            {
                // Gone or locked since it was listed.
                unreadable++;
                continue;
            }

            searched++;
            truncated = Search(text, pattern, matches, max, cancellationToken);
        }

        return new JsonObject { ["matches"] = matches, ["files_searched"] = searched, ["files_unreadable"] = unreadable, ["files_withheld"] = withheld, ["truncated"] = truncated };
    }

    private static bool Search(TextFile text, Regex pattern, JsonArray matches, int most, CancellationToken cancellationToken)
    {
        for (var line = 1; line <= text.LineCount; line++)
        {
            if ((line & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            foreach (var match in pattern.EnumerateMatches(text.Span(line)))
            {
                if (matches.Count == most)
                    return true;
                var shown = text.Span(line);
                matches.Add(new JsonObject
                {
                    ["file"] = text.Path,
                    ["line"] = line,
                    ["column"] = match.Index + 1,
                    ["text"] = shown.Length <= MostColumns ? shown.ToString() : string.Concat(shown[..MostColumns], "…"),
                });
                break;
            }
        }

        return false;
    }

    // Linear in the text, whatever the expression: no input can make it hang.
    private static Regex Pattern(string query, bool regex, bool ignoreCase)
    {
        if (query.Length > 1_000)
            throw ToolException.Invalid("args.query", query, "is longer than 1000 characters");
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new Regex(regex ? query : Regex.Escape(query), options, TimeSpan.FromSeconds(5));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw ToolException.Invalid("args.query", query, $"is not a regular expression that can be used: {exception.Message.TrimEnd('.')}");
        }
    }
}
