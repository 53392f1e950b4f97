using System.Text;
using Agents.Hosting.Redaction;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>Takes secrets out of what git tells: a secret that was committed stays in the history for ever.</summary>
internal sealed class DiffRedaction(SecretRedactor redactor)
{
    // Also of merges: diff --cc.
    private const string Head = "diff --";

    /// <summary>A text without what looks like a secret.</summary>
    public string Text(string text) => redactor.Redact(text);

    /// <summary>A diff without what looks like a secret, and without the contents of files that usually hold some.</summary>
    /// <param name="diff">As git writes it.</param>
    /// <returns>The diff, and how many files were withheld.</returns>
    public (string Diff, int Withheld) Diff(string diff)
    {
        var shown = new StringBuilder(diff.Length);
        var (withheld, hides) = (0, false);
        for (var start = 0; start < diff.Length;)
        {
            var end = diff.IndexOf('\n', start);
            end = end < 0 ? diff.Length : end + 1;
            var line = diff.AsSpan(start, end - start);
            start = end;
            // A line of content has a blank, a sign or a backslash before it.
            if (line.StartsWith(Head))
            {
                hides = HoldsSecrets(line[(line[Head.Length..].IndexOf(' ') + Head.Length + 1)..].ToString());
                withheld += hides ? 1 : 0;
                shown.Append(line).Append(hides ? "(withheld: it usually holds secrets)\n" : "");
            }
            else if (!hides)
            {
                shown.Append(line);
            }
        }

        return (redactor.Redact(shown.ToString()), withheld);
    }

    // a/PATH b/PATH, where a path may hold blanks, and quotes when it holds worse: every end that could be a path is asked.
    private static bool HoldsSecrets(string paths) =>
        paths.TrimEnd('\n', '\r').Split([" b/", " \"b/"], StringSplitOptions.None).Select(path => path.Trim('"')).Any(path => SecretFiles.Holds(path.StartsWith("a/", StringComparison.Ordinal) ? path[2..] : path));
}
