using System.Text;

namespace Agents.Rules.Patches;

/// <summary>A unified diff of several files, taken apart and applied.</summary>
public static class PatchSet
{
    private const string Nothing = "/dev/null";

    /// <summary>The diff of each file, in the diff's order.</summary>
    /// <param name="diff">A unified diff; the paths have <c>a/</c> and <c>b/</c> before them.</param>
    /// <returns>Empty when it names no file.</returns>
    public static IReadOnlyList<FilePatch> Split(string diff)
    {
        var patches = new List<FilePatch>();
        var text = new StringBuilder();
        string? old = null, path = null;
        var (created, deleted) = (false, false);
        var hunk = (Old: 0, New: 0);
        foreach (var line in PatchLines.Split(diff))
        {
            var inHunk = hunk.Old > 0 || hunk.New > 0;
            if (!inHunk && line.StartsWith("--- ", StringComparison.Ordinal))
            {
                Close();
                old = Name(line);
            }
            else if (!inHunk && old is not null && line.StartsWith("+++ ", StringComparison.Ordinal))
            {
                var now = Name(line);
                (path, created, deleted) = (now == Nothing ? old : now, old == Nothing, now == Nothing);
            }

            hunk = PatchReader.HunkSize(line) is { } size ? size : Count(hunk, line, inHunk);
            if (path is not null || old is not null)
                text.Append(line);
        }

        Close();
        return patches;

        void Close()
        {
            if (path is not null)
                patches.Add(new FilePatch(Strip(path), text.ToString(), created, deleted));
            text.Clear();
            (old, path) = (null, null);
        }
    }

    /// <summary>Applies the part of one file.</summary>
    /// <param name="patch">Its part of the diff.</param>
    /// <param name="before">The file's text; null: there is no such file.</param>
    /// <param name="after">The new text, or null; of a file that is deleted, the empty text.</param>
    /// <param name="reason">Why it does not apply, as the end of a sentence, or null.</param>
    /// <returns>Whether it applies.</returns>
    public static bool TryApply(FilePatch patch, string? before, out string? after, out string? reason)
    {
        after = null;
        if (patch.Creates && before is not null)
            reason = "it creates a file that is there already";
        else if (!patch.Creates && before is null)
            reason = "there is no such file";
        else if (patch.Deletes && before!.Length == 0)
            (after, reason) = ("", null);
        else if (patch.Deletes)
            return PatchReader.TryApply(before!, patch.Diff, out after, out reason) && IsWhole(ref after, ref reason);
        else
            return PatchReader.TryApply(before ?? "", patch.Diff, out after, out reason);
        return after is not null;
    }

    private static bool IsWhole(ref string? after, ref string? reason)
    {
        if (after!.Length == 0)
            return true;
        (after, reason) = (null, "it deletes the file, and the file has more lines than it says");
        return false;
    }

    private static (int Old, int New) Count((int Old, int New) left, string line, bool inHunk) => !inHunk ? (0, 0) : line[0] switch
    {
        '-' => (left.Old - 1, left.New),
        '+' => (left.Old, left.New - 1),
        '\\' => left,
        _ => (left.Old - 1, left.New - 1),
    };

    private static string Name(string line) => line[4..].TrimEnd('\n', '\r', '\t');

    private static string Strip(string name) => name.StartsWith("a/", StringComparison.Ordinal) || name.StartsWith("b/", StringComparison.Ordinal) ? name[2..] : name;
}

/// <summary>The part of a diff that changes one file.</summary>
/// <param name="Path">Relative, with '/'.</param>
/// <param name="Diff">The unified diff of that file.</param>
/// <param name="Creates">Whether the file is new.</param>
/// <param name="Deletes">Whether the file goes.</param>
public sealed record FilePatch(string Path, string Diff, bool Creates, bool Deletes = false);
