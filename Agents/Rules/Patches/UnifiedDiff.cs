using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace Agents.Rules.Patches;

/// <summary>The difference between two texts of a file, as a unified diff that <c>git apply</c> takes.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Writes it.</summary>
    /// <param name="path">Relative, with '/'.</param>
    /// <param name="before">The old text, line ends as in the file; null: the file is new.</param>
    /// <param name="after">The new text; null: the file is deleted.</param>
    /// <returns>The diff, and how many lines came and went; empty when the texts are the same.</returns>
    public static (string Diff, int Added, int Deleted) Of(string path, string? before, string? after)
    {
        var lines = new Differ().CreateCustomDiffs(before ?? "", after ?? "", ignoreWhiteSpace: false, text => [.. PatchLines.Split(text)]);
        var diff = new StringBuilder();
        foreach (var hunk in Hunks(lines.DiffBlocks))
            Append(diff, lines, hunk);
        if (diff.Length == 0 && before is not null && after is not null)
            return ("", 0, 0);
        var tab = path.Contains(' ', StringComparison.Ordinal) ? "\t" : "";
        var head = $"--- {(before is null ? "/dev/null" : "a/" + path + tab)}\n+++ {(after is null ? "/dev/null" : "b/" + path + tab)}\n";
        return (head + diff, lines.DiffBlocks.Sum(block => block.InsertCountB), lines.DiffBlocks.Sum(block => block.DeleteCountA));
    }

    // Blocks whose context touches are one hunk.
    private static IEnumerable<List<DiffBlock>> Hunks(IList<DiffBlock> blocks)
    {
        List<DiffBlock> hunk = [];
        foreach (var block in blocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - (hunk[^1].DeleteStartA + hunk[^1].DeleteCountA) > 2 * Context)
            {
                yield return hunk;
                hunk = [];
            }

            hunk.Add(block);
        }

        if (hunk.Count > 0)
            yield return hunk;
    }

    private static void Append(StringBuilder diff, DiffResult lines, List<DiffBlock> hunk)
    {
        var (first, last) = (hunk[0], hunk[^1]);
        var before = Math.Min(Context, first.DeleteStartA);
        var lastA = last.DeleteStartA + last.DeleteCountA;
        var after = Math.Min(Context, lines.PiecesOld.Length - lastA);
        var (startA, startB) = (first.DeleteStartA - before, first.InsertStartB - before);
        var countA = lastA + after - startA;
        var countB = last.InsertStartB + last.InsertCountB + after - startB;
        diff.Append($"@@ -{(countA == 0 ? startA : startA + 1)},{countA} +{(countB == 0 ? startB : startB + 1)},{countB} @@\n");
        var at = startA;
        foreach (var block in hunk)
        {
            for (; at < block.DeleteStartA; at++)
                Line(diff, ' ', lines.PiecesOld[at]);
            for (; at < block.DeleteStartA + block.DeleteCountA; at++)
                Line(diff, '-', lines.PiecesOld[at]);
            for (var i = 0; i < block.InsertCountB; i++)
                Line(diff, '+', lines.PiecesNew[block.InsertStartB + i]);
        }

        for (; at < lastA + after; at++)
            Line(diff, ' ', lines.PiecesOld[at]);
    }

    private static void Line(StringBuilder diff, char mark, string line)
    {
        diff.Append(mark).Append(line);
        if (!line.EndsWith('\n'))
            diff.Append("\n\\ No newline at end of file\n");
    }
}
