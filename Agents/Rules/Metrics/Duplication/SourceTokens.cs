using System.Text.RegularExpressions;
using Agents.Rules.Metrics.Code;
using Agents.Workspaces;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using FileLanguages = Agents.Workspaces.Languages;

namespace Agents.Rules.Metrics.Duplication;

/// <summary>A program as tokens: what they are, as hashes, and on which lines. Comments, white space and imports do not count.</summary>
internal sealed partial class SourceTokens
{
    private const uint Basis = 2166136261;
    private readonly TextFile _file;
    private int _line;
    private bool _lineIsImport;

    private SourceTokens(TextFile file) => _file = file;

    public List<int> Hashes { get; } = [];

    public List<int> Lines { get; } = [];

    public static SourceTokens Of(TextFile file, Language language)
    {
        var tokens = new SourceTokens(file);
        if (language == FileLanguages.CSharp)
            tokens.ReadCSharp();
        else
            tokens.ReadMasked(Masking.Of(file, language).Code);
        return tokens;
    }

    private void ReadCSharp()
    {
        foreach (var token in SyntaxFactory.ParseTokens(_file.Text))
        {
            if (token.Span.Length > 0)
                Add(token.SpanStart, token.Span.End);
        }
    }

    private void ReadMasked(string code)
    {
        for (var i = 0; i < code.Length;)
        {
            if (char.IsWhiteSpace(code[i]))
            {
                i++;
                continue;
            }

            var end = i + 1;
            if (IsWord(code[i]))
            {
                while (end < code.Length && IsWord(code[end]))
                    end++;
            }
            else if (code[i] is '"' or '\'')
            {
                end = Closing(code, i);
            }

            Add(i, end);
            i = end;
        }
    }

    // The inside of a text is blank in masked code; its content counts all the same.
    private static int Closing(string code, int open)
    {
        for (var i = open + 1; i < code.Length; i++)
        {
            if (code[i] == code[open])
                return i + 1;
            if (!char.IsWhiteSpace(code[i]))
                break;
        }

        return open + 1;
    }

    private void Add(int start, int end)
    {
        var line = _file.LineAt(start);
        if (line != _line)
        {
            _line = line;
            _lineIsImport = Import().IsMatch(_file.Line(line));
        }

        if (_lineIsImport)
            return;
        var hash = Basis;
        for (var i = start; i < end; i++)
            hash = (hash ^ _file.Text[i]) * 16777619;
        Hashes.Add((int)hash);
        Lines.Add(line);
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    [GeneratedRegex(@"^\s*(global\s+)?(using\s+(static\s+)?[\w.]+(\s*=.*)?;|import\b|from\s+\S+\s+import\b|package\s|#\s*include\b|use\s+[\w:\\]+;)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Import();
}
