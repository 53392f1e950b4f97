using System.Runtime.CompilerServices;
using System.Text;

namespace Agents.Analyst.Data;

/// <summary>
/// The records of a delimited text (RFC 4180): fields may be quoted, and then hold delimiters, quotes written twice and line
/// breaks. A quote that is never closed costs its line, not the rest of the file. Memory: one record, at most 1 MiB.
/// </summary>
internal sealed class DelimitedLines(TextReader reader, char delimiter, Action<long, string> malformed)
{
    private const int MostCharacters = 1 << 20;
    private const int MostLines = 1_000;
    private readonly LinkedList<(long Number, string Text)> _pending = new();
    private readonly char[] _buffer = new char[1 << 14];
    private int _at;
    private int _length;
    private long _number;
    private bool _afterReturn;

    public async IAsyncEnumerable<(long Line, List<string> Fields)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } first)
        {
            if (first.Text.Length == 0)
                continue;
            var fields = new List<string>();
            var text = first.Text;
            List<(long Number, string Text)> taken = [];
            string? wrong;
            while ((wrong = Split(text, fields)) == Open && taken.Count < MostLines && text.Length < MostCharacters && await NextAsync(cancellationToken) is { } next)
            {
                taken.Add(next);
                text = $"{text}\n{next.Text}";
            }

            if (wrong is null)
            {
                yield return (first.Number, fields);
                continue;
            }

            malformed(first.Number, wrong);
            for (var i = taken.Count - 1; i >= 0; i--)
                _pending.AddFirst(taken[i]);
        }
    }

    private const string Open = "a quote is not closed";

    /// <summary>Null, or what is wrong.</summary>
    private string? Split(string text, List<string> fields)
    {
        fields.Clear();
        for (var i = 0; ;)
        {
            if (i < text.Length && text[i] == '"')
            {
                var field = new StringBuilder();
                for (i++; ; i++)
                {
                    if (i >= text.Length)
                        return Open;
                    if (text[i] != '"')
                        field.Append(text[i]);
                    else if (i + 1 < text.Length && text[i + 1] == '"')
                        field.Append(text[i++]);
                    else
                        break;
                }

                fields.Add(field.ToString());
                i++;
                if (i < text.Length && text[i] != delimiter)
                    return "there is text after a closing quote";
            }
            else
            {
                var end = text.IndexOf(delimiter, i);
                fields.Add(text[i..(end < 0 ? text.Length : end)]);
                i = end < 0 ? text.Length : end;
            }

            if (i >= text.Length)
                return null;
            i++;
        }
    }

    private async ValueTask<(long Number, string Text)?> NextAsync(CancellationToken cancellationToken)
    {
        if (_pending.First is { } pending)
        {
            _pending.RemoveFirst();
            return pending.Value;
        }

        while (true)
        {
            var line = new StringBuilder();
            var (any, tooLong) = (false, false);
            while (true)
            {
                if (_at >= _length)
                {
                    (_at, _length) = (0, await reader.ReadAsync(_buffer, cancellationToken));
                    if (_length == 0)
                        break;
                }

                if (_afterReturn && _buffer[_at] == '\n')
                {
                    _afterReturn = false;
                    _at++;
                    continue;
                }

                any = true;
                _afterReturn = false;
                var length = _buffer.AsSpan(_at, _length - _at).IndexOfAny('\n', '\r');
                var piece = length < 0 ? _length - _at : length;
                tooLong |= line.Length + piece > MostCharacters;
                if (!tooLong)
                    line.Append(_buffer, _at, piece);
                _at += piece;
                if (length < 0)
                    continue;
                _afterReturn = _buffer[_at++] == '\r';
                break;
            }

            if (!any)
                return null;
            _number++;
            if (!tooLong)
                return (_number, line.ToString());
            malformed(_number, $"the line is longer than {MostCharacters:N0} characters");
        }
    }
}
