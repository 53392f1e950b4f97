using System.Text;

namespace Agents.Writer.Answers;

/// <summary>
/// Gives the citations of all answers one row of numbers, and rewrites the marks in their texts to it. A citation that the
/// check refuted gets no number: its mark says <c>[unconfirmed]</c>, so that the sentence does not look supported.
/// </summary>
internal sealed class Numbering
{
    private readonly List<Citation> _citations = [];
    private readonly Dictionary<(string File, int Start, int End, string Quote), int> _numbers = [];
    private readonly List<string> _withdrawn = [];

    /// <summary>The first is [1].</summary>
    public IReadOnlyList<Citation> Citations => _citations;

    /// <summary>What was taken out, and why.</summary>
    public IReadOnlyList<string> Withdrawn => _withdrawn;

    /// <summary>The number of a citation; a new one gets the next.</summary>
    public int Number(Citation citation)
    {
        var key = (citation.File, citation.StartLine, citation.EndLine, citation.Quote);
        if (_numbers.TryGetValue(key, out var number))
            return number;
        _citations.Add(citation);
        return _numbers[key] = _citations.Count;
    }

    /// <summary>The answer's text with the numbers of the whole report.</summary>
    public string Apply(AnswerPart part, CitationCheck? check)
    {
        var numbers = new int[part.Citations.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (check?.Refutes(part.Citations[i]) is { } reason)
                _withdrawn.Add($"A citation of {part.Citations[i].File}:{part.Citations[i].StartLine} was withdrawn: {reason.TrimEnd('.')}.");
            else
                numbers[i] = Number(part.Citations[i]);
        }

        return Rewrite(part.Text, numbers);
    }

    private static string Rewrite(string text, int[] numbers)
    {
        var result = new StringBuilder(text.Length + 16);
        var inCode = false;
        for (var i = 0; i < text.Length; i++)
        {
            // A stray backtick counts for its line only.
            inCode = text[i] != '\n' && (text[i] == '`' ? !inCode : inCode);
            if (text[i] == '[' && !inCode && Mark(text, i) is { } mark && mark.Number <= numbers.Length)
            {
                var number = numbers[mark.Number - 1];
                result.Append(number == 0 ? "[unconfirmed]" : $"[{number}]");
                i = mark.End;
                continue;
            }

            result.Append(text[i]);
        }

        return result.ToString();
    }

    // [12], but neither an index like items[0] nor a link like [1](there).
    private static (int Number, int End)? Mark(string text, int open)
    {
        var close = open + 1;
        while (close < text.Length && close - open <= 4 && char.IsAsciiDigit(text[close]))
            close++;
        if (close == open + 1 || close >= text.Length || text[close] != ']' || (close + 1 < text.Length && text[close + 1] is '('))
            return null;
        if (open > 0 && (char.IsAsciiLetterOrDigit(text[open - 1]) || text[open - 1] is '_' or '\\'))
            return null;
        return int.Parse(text.AsSpan(open + 1, close - open - 1)) is > 0 and var number ? (number, close) : null;
    }
}
