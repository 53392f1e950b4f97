using Agents.Rules.Sources;

namespace Agents.Rules;

/// <summary>One rule. Rules have no state: one object serves all files at once.</summary>
internal abstract class Rule(RuleInfo info)
{
    private const int SnippetLines = 6;
    private const int SnippetLength = 600;

    public RuleInfo Info { get; } = info;

    /// <summary>A file that contains none of these is not looked at; empty means every file is.</summary>
    public virtual IReadOnlyList<string> Triggers => [];

    public abstract IEnumerable<Finding> Check(SourceFile file);

    public bool Applies(SourceFile file)
    {
        if ((Info.Languages & file.Language) == Languages.None || (file.IsTest && !Info.InTests))
        {
            return false;
        }

        return Triggers.Count == 0 || Triggers.Any(t => file.Text.Contains(t, StringComparison.Ordinal));
    }

    /// <summary>A finding at the characters from start up to, not including, end.</summary>
    protected Finding Found(SourceFile file, int start, int end, string? message = null, FindingFix? fix = null, Severity? severity = null)
    {
        var first = file.Lines.LineAt(start);
        var last = Math.Max(first, file.Lines.LineAt(Math.Max(start, end - 1)));
        return new Finding
        {
            Rule = Info.Id,
            Title = Info.Title,
            Category = Info.Category.ToString().ToLowerInvariant(),
            Severity = (severity ?? Info.Severity).ToString().ToUpperInvariant(),
            Cwe = Info.Cwe,
            File = file.Path,
            StartLine = first,
            EndLine = last,
            Message = message ?? Info.Explanation,
            Remedy = Info.Remedy,
            Snippet = Snippet(file, first, last),
            Fix = fix,
        };
    }

    /// <summary>A repair that replaces the characters from start up to end, as whole lines.</summary>
    protected static FindingFix Replace(SourceFile file, int start, int end, string with, string description)
    {
        var first = file.Lines.LineAt(start);
        var last = Math.Max(first, file.Lines.LineAt(Math.Max(start, end - 1)));
        var before = file.Text[file.Lines.Start(first)..start];
        var after = file.Text[end..file.Lines.End(last)];
        return new FindingFix { Description = description, StartLine = first, EndLine = last, Replacement = before + with + after };
    }

    protected static FindingFix DeleteLines(SourceFile file, int start, int end, string description) => new()
    {
        Description = description,
        StartLine = file.Lines.LineAt(start),
        EndLine = file.Lines.LineAt(Math.Max(start, end - 1)),
        Replacement = "",
    };

    private static string Snippet(SourceFile file, int first, int last)
    {
        var start = file.Lines.Start(first);
        var end = file.Lines.End(Math.Min(last, first + SnippetLines - 1));
        return file.Text.Substring(start, Math.Min(end - start, SnippetLength));
    }
}
