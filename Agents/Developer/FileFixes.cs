using Agents.Rules;
using Agents.Rules.Patches;

namespace Agents.Developer;

/// <summary>
/// One file on which fixes are applied, one after the other, in memory. Each is checked: the file still says what the
/// finding quotes, the result is sound source, its rule finds less afterwards, and no rule that was repaired before finds
/// more. A fix on lines that another has changed already is not applied as it was written: its rule looks at the changed
/// lines again, and what it proposes then is taken.
/// </summary>
internal sealed class FileFixes(string path, string before)
{
    private readonly string _original = before;
    private readonly List<Edit> _edits = [];
    private readonly Dictionary<string, int> _counts = [];

    public string Text { get; private set; } = before;

    /// <summary>Applies the fix of a finding.</summary>
    /// <returns>Null, or why it was not applied.</returns>
    public string? Apply(Finding finding)
    {
        if (SourceCheck.Findings(finding.Rule, path, Text) is not { } found)
            return "there is no such rule";
        if (!IsThere(finding))
            return "the file no longer says what the finding quotes";
        var overlapping = _edits.FindAll(edit => edit.Start <= finding.Fix!.EndLine && finding.Fix.StartLine <= edit.End);
        var fix = overlapping.Count == 0 ? Shifted(finding.Fix!) : Again(finding, found, overlapping);
        if (fix is null)
            return $"a fix of {string.Join(", ", overlapping.Select(edit => edit.Rule).Distinct())} has changed the same lines, and the rule proposes nothing for them any more";

        string after;
        try
        {
            after = PatchLines.Replace(Text, fix.StartLine, fix.EndLine, fix.Replacement);
        }
        catch (ArgumentOutOfRangeException)
        {
            return $"the file has no lines {finding.Fix!.StartLine} to {finding.Fix.EndLine}";
        }

        if (SourceCheck.Broken(path, Text, after) is { } broken)
            return broken;
        var left = SourceCheck.Findings(finding.Rule, path, after)!.Count;
        if (left >= found.Count)
            return "the rule still finds it afterwards";
        if (_counts.FirstOrDefault(pair => SourceCheck.Findings(pair.Key, path, after)!.Count > pair.Value) is { Key: { } other } && other != finding.Rule)
            return $"it would bring a finding of {other} back";
        Record(finding, overlapping, after.Count(c => c == '\n') - Text.Count(c => c == '\n'));
        _counts[finding.Rule] = left;
        Text = after;
        return null;
    }

    private FindingFix Shifted(FindingFix fix)
    {
        var by = _edits.Where(edit => edit.End < fix.StartLine).Sum(edit => edit.Grown);
        return fix with { StartLine = fix.StartLine + by, EndLine = fix.EndLine + by };
    }

    // Only within the lines that both fixes are about.
    private FindingFix? Again(Finding finding, IReadOnlyList<Finding> found, List<Edit> overlapping)
    {
        var start = Math.Min(finding.Fix!.StartLine, overlapping.Min(edit => edit.Start));
        var end = Math.Max(finding.Fix.EndLine, overlapping.Max(edit => edit.End));
        var by = _edits.Where(edit => edit.End < start).Sum(edit => edit.Grown);
        return found.FirstOrDefault(f => f.Fix is { } fix && fix.StartLine >= start + by && fix.EndLine <= end + by + overlapping.Sum(edit => edit.Grown))?.Fix;
    }

    private void Record(Finding finding, List<Edit> overlapping, int grown)
    {
        _edits.RemoveAll(overlapping.Contains);
        _edits.Add(new Edit(
            overlapping.Select(edit => edit.Start).Append(finding.Fix!.StartLine).Min(),
            overlapping.Select(edit => edit.End).Append(finding.Fix.EndLine).Max(),
            overlapping.Sum(edit => edit.Grown) + grown,
            string.Join(", ", overlapping.Select(edit => edit.Rule).Append(finding.Rule).Distinct())));
    }

    private bool IsThere(Finding finding)
    {
        var at = 0;
        for (var line = 1; line < finding.StartLine; line++)
        {
            at = _original.IndexOf('\n', at) + 1;
            if (at == 0)
                return false;
        }

        var here = _original.AsSpan(at).TrimStart('\uFEFF').ToString().ReplaceLineEndings("\n");
        return finding.Snippet.Length > 0 && here.StartsWith(finding.Snippet.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    /// <summary>Lines of the file as it was, by how many lines they have grown, and the rules that did it.</summary>
    private sealed record Edit(int Start, int End, int Grown, string Rule);
}
