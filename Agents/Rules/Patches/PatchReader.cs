using System.Text.RegularExpressions;

namespace Agents.Rules.Patches;

/// <summary>Applies a unified diff of one file to its text, strictly: every line of context must be there.</summary>
public static class PatchReader
{
    private static readonly Regex Hunk = Pattern.Linear(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@");

    /// <summary>The file that a diff changes, relative, with '/'; null when it is not a unified diff of one file.</summary>
    /// <param name="diff">A unified diff.</param>
    public static string? File(string diff)
    {
        var headers = diff.Split('\n').Where(l => l.StartsWith("+++ b/", StringComparison.Ordinal)).ToList();
        return headers.Count == 1 ? headers[0]["+++ b/".Length..].TrimEnd('\r', '\t') : null;
    }

    /// <summary>How many old and new lines a hunk says it has; null when the line begins none.</summary>
    internal static (int Old, int New)? HunkSize(string line) => Hunk.Match(line) is { Success: true } head ? (Size(head.Groups[2]), Size(head.Groups[4])) : null;

    /// <summary>Applies the diff.</summary>
    /// <param name="before">The whole text of the file.</param>
    /// <param name="diff">A unified diff of that file.</param>
    /// <param name="after">The new text, or null.</param>
    /// <param name="reason">Why it does not apply, or null.</param>
    /// <returns>Whether it applies.</returns>
    public static bool TryApply(string before, string diff, out string? after, out string? reason)
    {
        after = null;
        reason = null;
        var old = PatchLines.Split(before);
        var result = new List<string>();
        var at = 0;
        var hunks = 0;
        var lines = PatchLines.Split(diff);
        for (var i = 0; i < lines.Count; i++)
        {
            if (Hunk.Match(lines[i]) is { Success: true } head)
            {
                hunks++;
                var start = Math.Max(0, int.Parse(head.Groups[1].ValueSpan) - (head.Groups[2].Value == "0" ? 0 : 1));
                if (start < at || start > old.Count)
                {
                    reason = $"hunk {hunks} begins at line {start + 1}, which is not after the one before or not in the file";
                    return false;
                }

                result.AddRange(old.Skip(at).Take(start - at));
                at = start;
            }
            else if (hunks > 0 && lines[i][0] is ' ' or '-' or '+' && !Take(lines, i, old, result, ref at))
            {
                reason = $"line {at + 1} of the file is not what the diff says";
                return false;
            }
        }

        if (hunks == 0)
        {
            reason = "there is no hunk in it";
            return false;
        }

        result.AddRange(old.Skip(at));
        after = string.Concat(result);
        return true;
    }

    private static int Size(Group group) => group.Success ? int.Parse(group.ValueSpan) : 1;

    private static bool Take(List<string> lines, int i, List<string> old, List<string> result, ref int at)
    {
        var text = lines[i][1..];
        if (i + 1 < lines.Count && lines[i + 1].StartsWith('\\'))
        {
            text = text.TrimEnd('\n'); // no newline at end of file
        }

        if (lines[i][0] == '+')
        {
            result.Add(text);
            return true;
        }

        if (at >= old.Count || old[at] != text)
        {
            return false;
        }

        at++;
        if (lines[i][0] == ' ')
        {
            result.Add(text);
        }

        return true;
    }
}
