using Agents.Researcher.Contracts;
using Agents.Workspaces;

namespace Agents.Researcher.Synthesis;

/// <summary>Looks a model's quotes up in the files. Only line ends may differ.</summary>
internal static class LiteralQuotes
{
    /// <summary>The citation with the lines where the quote stands; null: it does not stand in the passage's lines.</summary>
    public static async Task<Citation?> FindAsync(Workspace workspace, Citation passage, string quote, CancellationToken cancellationToken)
    {
        TextFile file;
        try
        {
            file = await workspace.ReadAsync(passage.File, cancellationToken: cancellationToken);
        }
        catch (WorkspaceException)
        {
            return null;
        }

        if (quote.Trim().Length == 0 || !file.HasRange(passage.StartLine, passage.EndLine))
            return null;
        var lines = file.Quote(passage.StartLine, passage.EndLine).ReplaceLineEndings("\n");
        var wanted = quote.Trim().ReplaceLineEndings("\n");
        var at = lines.IndexOf(wanted, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var start = passage.StartLine + lines.AsSpan(0, at).Count('\n');
        return new Citation(passage.File, start, start + wanted.AsSpan().Count('\n'), wanted, passage.Score);
    }
}
