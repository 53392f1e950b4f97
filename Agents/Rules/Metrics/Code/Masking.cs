using System.Text;
using Agents.Workspaces;
using FileLanguages = Agents.Workspaces.Languages;

namespace Agents.Rules.Metrics.Code;

/// <summary>
/// A program's text with comments and the insides of strings blanked, character for character, so that what is left can be read as code.
/// Knows the strings and comments of a language, template strings with code in them, and where a '/' begins a regular expression.
/// </summary>
internal sealed class Masking
{
    private readonly TextFile _file;
    private readonly Language _language;
    private readonly StringBuilder _code;
    private readonly LineKinds _kinds;
    private readonly Stack<int> _templates = new();
    private int _braces;
    private char _lastSolid;
    private int _wordStart = -1;

    private Masking(TextFile file, Language language)
    {
        _file = file;
        _language = language;
        _code = new StringBuilder(file.Text);
        _kinds = new LineKinds(file);
    }

    public static (string Code, LineKinds Kinds) Of(TextFile file, Language language)
    {
        var masking = new Masking(file, language);
        masking.Run();
        return (masking._code.ToString(), masking._kinds);
    }

    private bool IsScript => _language == FileLanguages.JavaScript || _language == FileLanguages.TypeScript;

    private void Run()
    {
        var text = _file.Text;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }

            var end = Comment(text, i);
            if (end > i)
            {
                _kinds.Comment(i, end);
                Blank(i, end);
                i = end;
                continue;
            }

            end = Text(text, i);
            _kinds.Code(i, end > i ? end : i + 1);
            if (end > i)
            {
                _lastSolid = '"';
                _wordStart = -1;
                i = end;
                continue;
            }

            if (IsScript)
                end = Braces(text, i);
            _wordStart = IsWord(c) ? (i > 0 && IsWord(text[i - 1]) && _wordStart >= 0 ? _wordStart : i) : -1;
            _lastSolid = c;
            i = Math.Max(i + 1, end);
        }
    }

    private int Comment(string text, int i)
    {
        if (_language.BlockOpen is { } open && Starts(text, i, open))
            return Until(text, i + open.Length, _language.BlockClose!);
        foreach (var mark in _language.LineComments)
        {
            if (Starts(text, i, mark))
                return text.AsSpan(i).IndexOfAny('\n', '\r') is var length and >= 0 ? i + length : text.Length;
        }

        // A text that stands alone where a statement would is how Python writes comments.
        if (_language == FileLanguages.Python && Triple(text, i) is { } quotes && IsStatementStart(text, i))
            return Until(text, i + 3, quotes);
        return i;
    }

    private int Text(string text, int i)
    {
        var c = text[i];
        if (_language == FileLanguages.Python && Triple(text, i) is { } quotes)
            return Close(i, Until(text, i + 3, quotes), 3);
        if (c == '`' && IsScript)
            return Template(text, i, i + 1);
        if (c == '/' && IsScript && BeginsExpression(text, i))
            return Regular(text, i);
        // An apostrophe is a lifetime in Rust and part of a number in C++.
        if (c == '"' || (c == '\'' && _language.Name is not ("Rust" or "Visual Basic") && !(i > 0 && char.IsLetterOrDigit(text[i - 1]) && _language.Name is "C++" or "C")))
            return Quoted(text, i);
        return i;
    }

    private int Quoted(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == text[start])
                return Close(start, i + 1, 1);
            else if (text[i] is '\n' or '\r')
                return Close(start, i, 1); // not closed: nothing after this line is part of it
        }

        return Close(start, text.Length, 1);
    }

    // `a ${code} b`: the code stays, and may hold braces and templates of its own.
    private int Template(string text, int start, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '`')
            {
                Blank(start, i + 1);
                return i + 1;
            }
            else if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
            {
                Blank(start, i + 2);
                _templates.Push(_braces);
                return i + 2;
            }
        }

        Blank(start, text.Length);
        return text.Length;
    }

    private int Braces(string text, int i)
    {
        if (text[i] == '{')
        {
            _braces++;
        }
        else if (text[i] == '}')
        {
            if (_templates.TryPeek(out var depth) && depth == _braces)
            {
                _templates.Pop();
                _code[i] = ' ';
                var end = Template(text, i, i + 1);
                _kinds.Code(i, end);
                return end;
            }

            _braces--;
        }

        return i;
    }

    private int Regular(string text, int start)
    {
        var inClass = false;
        for (var i = start + 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '\n' or '\r':
                    return start; // a division after all
                case '/' when !inClass:
                    Blank(start, i + 1);
                    return i + 1;
                default:
                    break;
            }
        }

        return start;
    }

    // After a value a '/' divides; after an operator, a bracket that opens, or a word like "return" it begins a regular expression.
    private bool BeginsExpression(string text, int i)
    {
        if (_wordStart >= 0)
        {
            var end = _wordStart;
            while (end < i && IsWord(text[end]))
                end++;
            return text[_wordStart..end] is "return" or "typeof" or "case" or "in" or "of" or "delete" or "void" or "throw" or "new" or "else" or "do" or "await" or "yield";
        }

        return _lastSolid is not (')' or ']' or '}' or '"' or '`');
    }

    private static string? Triple(string text, int i) => Starts(text, i, "\"\"\"") ? "\"\"\"" : Starts(text, i, "'''") ? "'''" : null;

    private static bool IsStatementStart(string text, int i)
    {
        var before = i - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
            before--;
        if (before >= 0 && text[before] is not ('\n' or '\r'))
            return false;
        while (before >= 0 && char.IsWhiteSpace(text[before]))
            before--;
        return before < 0 || text[before] is not (',' or '(' or '[' or '{' or '=' or '+' or '\\' or '%');
    }

    private static int Until(string text, int from, string close) => text.IndexOf(close, Math.Min(from, text.Length), StringComparison.Ordinal) is var at and >= 0 ? at + close.Length : text.Length;

    private int Close(int start, int end, int quotes)
    {
        Blank(start + quotes, Math.Max(start + quotes, end - quotes));
        return end;
    }

    private void Blank(int start, int end)
    {
        for (var i = start; i < end && i < _code.Length; i++)
        {
            if (_code[i] is not ('\n' or '\r'))
                _code[i] = ' ';
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static bool Starts(string text, int i, string with) => text.AsSpan(i).StartsWith(with, StringComparison.Ordinal);
}
