using System.Text;

namespace Agents.Rules.Patches;

/// <summary>Writes the change of one run of lines in one file as a unified diff that <c>git apply</c> takes.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Replaces lines and tells the change.</summary>
    /// <param name="path">The file, relative, with '/'.</param>
    /// <param name="before">The whole text, line ends and byte order mark as in the file.</param>
    /// <param name="startLine">The first line that is replaced, from 1.</param>
    /// <param name="endLine">The last line that is replaced, inclusive.</param>
    /// <param name="replacement">The new lines without the last line break; empty deletes the lines.</param>
    /// <returns>The whole new text, and the diff.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such lines.</exception>
    public static (string After, string Diff) Replace(string path, string before, int startLine, int endLine, string replacement)
    {
        var lines = PatchLines.Split(before);
        if (startLine < 1 || endLine < startLine || endLine > lines.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(startLine), $"Lines {startLine} to {endLine} are not in a file of {lines.Count} lines.");
        }

        var lineBreak = lines[startLine - 1].EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var atEnd = endLine == lines.Count && !lines[^1].EndsWith('\n');
        var added = NewLines(replacement, lineBreak, atEnd);
        var after = string.Concat([.. lines.Take(startLine - 1), .. added, .. lines.Skip(endLine)]);

        var first = Math.Max(1, startLine - Context);
        var last = Math.Min(lines.Count, endLine + Context);
        var oldCount = last - first + 1;
        var newCount = oldCount - (endLine - startLine + 1) + added.Count;
        var diff = new StringBuilder();
        var tab = path.Contains(' ', StringComparison.Ordinal) ? "\t" : "";
        diff.Append("--- a/").Append(path).Append(tab).Append('\n').Append("+++ b/").Append(path).Append(tab).Append('\n');
        diff.Append($"@@ -{first},{oldCount} +{(newCount == 0 ? first - 1 : first)},{newCount} @@\n");
        Append(diff, ' ', lines.Skip(first - 1).Take(startLine - first));
        Append(diff, '-', lines.Skip(startLine - 1).Take(endLine - startLine + 1));
        Append(diff, '+', added);
        Append(diff, ' ', lines.Skip(endLine).Take(last - endLine));
        return (after, diff.ToString());
    }

    private static List<string> NewLines(string replacement, string lineBreak, bool atEnd)
    {
        if (replacement.Length == 0)
        {
            return [];
        }

        var lines = replacement.ReplaceLineEndings("\n").Split('\n');
        return [.. lines.Select((line, i) => atEnd && i == lines.Length - 1 ? line : line + lineBreak)];
    }

    private static void Append(StringBuilder diff, char mark, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            diff.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
            {
                diff.Append("\n\\ No newline at end of file\n");
            }
        }
    }
}
