using System.Text.RegularExpressions;

namespace Agents.Tools.BuiltIn;

/// <summary>
/// Applies hunks of a unified diff. A hunk fits where its old lines stand: at the line it says, moved by what earlier
/// hunks added, or else at the only other place where they stand. Nothing is guessed: two places, or none, is an error.
/// </summary>
internal static partial class UnifiedPatch
{
    public static (string Text, int Hunks, int Added, int Deleted) Apply(string text, string patch)
    {
        var newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var endsWithNewline = text.Length == 0 || text.EndsWith('\n');
        var lines = text.Length == 0 ? [] : text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        if (text.Length > 0 && endsWithNewline)
            lines.RemoveAt(lines.Count - 1);
        int hunks = 0, added = 0, deleted = 0, moved = 0;
        foreach (var hunk in Read(patch))
        {
            hunks++;
            var at = Find(lines, hunk, hunk.Start - 1 + moved, hunks);
            lines.RemoveRange(at, hunk.Old.Count);
            lines.InsertRange(at, hunk.New);
            moved = at - (hunk.Start - 1) + hunk.New.Count - hunk.Old.Count;
            added += hunk.Added;
            deleted += hunk.Deleted;
            endsWithNewline = hunk.NoNewline is { } none && at + hunk.New.Count == lines.Count ? !none : endsWithNewline;
        }

        if (hunks == 0)
            throw ToolException.Invalid("args.patch", patch, "has no hunk, a line like @@ -1,2 +1,3 @@");
        return (string.Join(newline, lines) + (endsWithNewline && lines.Count > 0 ? newline : ""), hunks, added, deleted);
    }

    private static int Find(List<string> lines, Hunk hunk, int expected, int number)
    {
        if (hunk.Old.Count == 0)
            return Math.Clamp(expected + 1, 0, lines.Count); // it adds after the line it names
        if (Stands(expected))
            return expected;
        var places = Enumerable.Range(0, Math.Max(0, lines.Count - hunk.Old.Count + 1)).Where(Stands).Take(2).ToArray();
        return places.Length == 1
            ? places[0]
            : throw ToolException.Invalid("args.patch", hunk.Head, $"(hunk {number}) {(places.Length == 0 ? "does not fit: its old lines are not in the file" : "fits at more than one place")}");

        bool Stands(int at) => at >= 0 && at + hunk.Old.Count <= lines.Count && hunk.Old.Select((line, i) => lines[at + i] == line).All(same => same);
    }

    private static IEnumerable<Hunk> Read(string patch)
    {
        Hunk? hunk = null;
        var last = ' ';
        foreach (var line in patch.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
            {
                if (hunk is not null)
                    yield return Whole(hunk);
                hunk = new Hunk(line, int.Parse(head.Groups["start"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), Count(head.Groups["old"]), Count(head.Groups["new"]));
                continue;
            }

            if (hunk is null)
                continue;
            if (line.StartsWith('\\'))
            {
                hunk.NoNewline = last != '-' || hunk.NoNewline == true;
                continue;
            }

            if (hunk.IsFull || !hunk.Take(line))
            {
                // What follows the last hunk, e.g. the head of another file.
                if (line.StartsWith("+++ ", StringComparison.Ordinal))
                    throw ToolException.Invalid("args.patch", line, "begins a second file; a call changes one");
                continue;
            }

            last = line.Length > 0 ? line[0] : ' ';
        }

        if (hunk is not null)
            yield return Whole(hunk);
    }

    private static Hunk Whole(Hunk hunk) => hunk.IsFull
        ? hunk
        : throw ToolException.Invalid("args.patch", hunk.Head, $"says {hunk.OldCount} old and {hunk.NewCount} new lines, and {hunk.Old.Count} and {hunk.New.Count} follow");

    private static int Count(Group group) => group.Success ? int.Parse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 1;

    [GeneratedRegex(@"^@@ -(?<start>\d{1,9})(,(?<old>\d{1,9}))? \+\d{1,9}(,(?<new>\d{1,9}))? @@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Head();

    private sealed class Hunk(string head, int start, int oldCount, int newCount)
    {
        public string Head => head;

        public int Start => start;

        public int OldCount => oldCount;

        public int NewCount => newCount;

        public List<string> Old { get; } = [];

        public List<string> New { get; } = [];

        public int Added { get; private set; }

        public int Deleted { get; private set; }

        /// <summary>Whether the new text ends without a line end; null: it is as before.</summary>
        public bool? NoNewline { get; set; }

        public bool IsFull => Old.Count == oldCount && New.Count == newCount;

        public bool Take(string line)
        {
            var kind = line.Length > 0 ? line[0] : ' ';
            var text = line.Length > 0 ? line[1..] : "";
            if (kind is not (' ' or '+' or '-'))
                return false;
            if (kind != '+')
                Old.Add(text);
            if (kind != '-')
                New.Add(text);
            Added += kind == '+' ? 1 : 0;
            Deleted += kind == '-' ? 1 : 0;
            return true;
        }
    }
}
