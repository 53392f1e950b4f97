using System.Text.Json;

namespace Agents.Writer.Answers;

/// <summary>What a reviewer said of the citations.</summary>
internal sealed class CitationCheck
{
    private readonly List<(string File, int Start, int End, string Reason)> _refuted = [];

    private CitationCheck(int? score, int checkedCount, int confirmed)
    {
        Score = score;
        Checked = checkedCount;
        Confirmed = confirmed;
    }

    public int? Score { get; }

    public int Checked { get; }

    public int Confirmed { get; }

    /// <summary>Null: nobody checked.</summary>
    public static CitationCheck? Read(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Object } given)
            return null;
        var check = new CitationCheck(given.Whole("score"), given.Whole("checked") ?? 0, given.Whole("confirmed") ?? 0);
        check._refuted.AddRange(given.Items("refuted")
            .Where(item => item.Text("file") is not null)
            .Select(item => (item.Text("file")!, item.Whole("start_line") ?? 0, item.Whole("end_line") ?? 0, item.Text("reason") ?? "the quote is not there")));
        return check;
    }

    /// <summary>Why the citation does not hold. Null: it does.</summary>
    public string? Refutes(Citation citation)
    {
        foreach (var (file, start, end, reason) in _refuted)
        {
            if (file == citation.File && start == citation.StartLine && (end == 0 || end == citation.EndLine))
                return reason;
        }

        return null;
    }
}
