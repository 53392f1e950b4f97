namespace Agents.Rules.Sources;

/// <summary>What was assigned to a name earlier in the same function, or outside of all functions.</summary>
internal static class Assignments
{
    private const int MaxValues = 12;

    /// <summary>The values assigned before the position, nearest last.</summary>
    public static IReadOnlyList<Span> Of(SourceFile file, string name, int before)
    {
        var function = file.Structure.FunctionAt(before);
        while (function is not null)
        {
            var found = Between(file, name, function.BodyStart, before);
            if (found.Count > 0 || HasWord(function.Parameters, name))
            {
                return found;
            }

            function = function.Parent is null ? null : file.Structure.FunctionAt(function.Start);
        }

        return [.. Between(file, name, 0, before).Where(v => file.Structure.FunctionAt(v.Start) is null)];
    }

    public static bool HasWord(string code, string word)
    {
        for (var i = code.IndexOf(word, StringComparison.Ordinal); i >= 0; i = code.IndexOf(word, i + 1, StringComparison.Ordinal))
        {
            if (IsWord(code, i, word.Length))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsWord(string code, int start, int length) =>
        (start == 0 || !IsNameCharacter(code[start - 1])) && (start + length >= code.Length || !IsNameCharacter(code[start + length]));

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static List<Span> Between(SourceFile file, string name, int start, int end)
    {
        var values = new List<Span>();
        var code = file.Code;
        for (var i = code.IndexOf(name, start, StringComparison.Ordinal); i >= 0 && i < end; i = code.IndexOf(name, i + name.Length, StringComparison.Ordinal))
        {
            if (!IsWord(code, i, name.Length) || (i > 0 && code[i - 1] == '.'))
            {
                continue;
            }

            var j = i + name.Length;
            while (j < end && code[j] is ' ' or '\t')
            {
                j++;
            }

            if (j < end && code[j] is '+' or '.' && j + 1 < end && code[j + 1] == '=')
            {
                j++;
            }

            if (j + 1 < end && code[j] == '=' && code[j + 1] is not ('=' or '>'))
            {
                values.Add(Expressions.Trim(file, j + 1, ValueEnd(file, j + 1)));
            }
        }

        return values.Count > MaxValues ? values[^MaxValues..] : values;
    }

    private static int ValueEnd(SourceFile file, int start)
    {
        var code = file.Code;
        for (var i = start; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '(' or '[' or '{' when file.Brackets.Partner(i) > i:
                    i = file.Brackets.Partner(i);
                    break;
                case ';' or ',' or ')' or ']' or '}':
                    return i;
                case '\n' when !Continues(file, start, i):
                    return i;
            }
        }

        return code.Length;
    }

    private static bool Continues(SourceFile file, int start, int newline)
    {
        var before = file.Code[start..newline].TrimEnd();
        if (before.Length == 0 || before[^1] is '+' or '?' or ':' or '\\' or '=' or '|' or '&')
        {
            return true;
        }

        if (file.Language == Languages.Python)
        {
            return file.LiteralAt(newline) is not null;
        }

        var next = newline;
        while (next < file.Code.Length && char.IsWhiteSpace(file.Code[next]))
        {
            next++;
        }

        return next < file.Code.Length && file.Code[next] is '+' or '.' or '?' or ':' or '`' || file.LiteralAt(newline) is not null;
    }
}
