using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary>
/// <c>fs.search {query, regex?, ignore_case?, path?, include?, exclude?, max?}</c> → <c>{matches: [{file, line, column, text}],
/// files_searched, truncated}</c>: lines that hold a text or match a regular expression.
/// </summary>
internal sealed class FileSearch : ITool
{
    private const int MostColumns = 500;

    public string Name => "fs.search";

    public IReadOnlyList<string> Arguments { get; } = ["query", "regex", "ignore_case", "path", "include", "exclude", "max"];

    public Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken)
    {
        var pattern = Pattern(args);
        var most = args.Whole("max", 200, 1, 5_000);
        var matches = new JsonArray();
        int searched = 0, unreadable = 0;
        var truncated = false;
        foreach (var file in workspace.Files(Walks.Options(args), cancellationToken: cancellationToken))
        {
            if (truncated)
                break;
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
            truncated = Search(text, pattern, matches, most, cancellationToken);
        }

        return Task.FromResult(new JsonObject { ["matches"] = matches, ["files_searched"] = searched, ["files_unreadable"] = unreadable, ["truncated"] = truncated });
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
    private static Regex Pattern(ToolArguments args)
    {
        var query = args.RequiredText("query");
        if (query.Length > 1_000)
            throw ToolException.Invalid("args.query", query, "is longer than 1000 characters");
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (args.Flag("ignore_case") ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new Regex(args.Flag("regex") ? query : Regex.Escape(query), options, TimeSpan.FromSeconds(5));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw ToolException.Invalid("args.query", query, $"is not a regular expression that can be used: {exception.Message.TrimEnd('.')}");
        }
    }
}
