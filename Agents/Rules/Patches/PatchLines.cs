namespace Agents.Rules.Patches;

/// <summary>Lines as patches count them: each with its line break, and only LF ends one.</summary>
internal static class PatchLines
{
    public static List<string> Split(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
