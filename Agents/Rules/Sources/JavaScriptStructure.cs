using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>Finds what each brace of a script opens.</summary>
internal sealed class JavaScriptStructure(string code, Brackets brackets)
{
    private const int LookBack = 240;
    private static readonly Regex ReturnType = Pattern.Timed(@"\)\s*:\s*[\w\s<>\[\]|&.,]{1,120}$");
    private static readonly Regex ClassHead = Pattern.Timed(@"\bclass\b[^{};()]*$");
    private static readonly Regex NameBefore = Pattern.Timed(@"([\w$]+)\s*(?::|=(?!=|>))\s*(?:(?:module\.)?exports(?:\.[\w$]+)?\s*=\s*)?(?:async\s*)?(?:function\s*\*?\s*)?(?:<[^<>()]*>)?$");
    private static readonly Regex IterationBefore = Pattern.Timed(@"\.(?:forEach|map|flatMap|filter|reduce|reduceRight|some|every|each)\s*\(\s*(?:async\s*)?(?:function\s*[\w$]*\s*)?$");
    private static readonly Regex LoopWithoutBrace = Pattern.Timed(@"\b(?:for|while)\s*(?:await\s*)?\(");

    public IEnumerable<Block> Blocks()
    {
        for (var i = code.IndexOf('{'); i >= 0; i = code.IndexOf('{', i + 1))
        {
            var close = brackets.Partner(i);
            if (close > i)
            {
                yield return Classify(i, close);
            }
        }

        foreach (Match match in LoopWithoutBrace.Matches(code))
        {
            var body = SkipSpace(brackets.Partner(match.Index + match.Length - 1) + 1);
            if (body > match.Index && body < code.Length && code[body] is not ('{' or ';'))
            {
                yield return new Block(BlockKind.Loop, match.Index, body, StatementEnd(body));
            }
        }
    }

    private Block Classify(int open, int close)
    {
        var before = LastBefore(open);
        if (before < 0)
        {
            return new Block(BlockKind.Other, open, open + 1, close);
        }

        if (code[before] == ')' && brackets.Partner(before) is var paren && paren >= 0)
        {
            return AfterParenthesis(paren, before, open, close);
        }

        if (code[before] == '>' && before > 0 && code[before - 1] == '=')
        {
            return Arrow(before - 1, open, close);
        }

        var (word, start) = WordBefore(before + 1);
        BlockKind? kind = word switch
        {
            "else" => BlockKind.Else,
            "try" => BlockKind.Try,
            "finally" => BlockKind.Finally,
            "catch" => BlockKind.Catch,
            "do" => BlockKind.Loop,
            _ => null,
        };
        if (kind is not null)
        {
            return new Block(kind.Value, start, open + 1, close);
        }

        var head = code[Math.Max(0, open - LookBack)..open];
        if (ClassHead.Match(head) is { Success: true } type)
        {
            return new Block(BlockKind.Class, open - head.Length + type.Index, open + 1, close);
        }

        var typed = ReturnType.Match(head.TrimEnd());
        if (typed.Success)
        {
            var closing = open - head.Length + typed.Index;
            var opening = brackets.Partner(closing);
            if (opening >= 0)
            {
                return AfterParenthesis(opening, closing, open, close);
            }
        }

        return new Block(BlockKind.Other, open, open + 1, close);
    }

    private Block AfterParenthesis(int paren, int closing, int open, int close)
    {
        var (word, start) = WordBefore(LastBefore(paren) + 1);
        if (word == "await")
        {
            (word, start) = WordBefore(LastBefore(start) + 1);
        }

        BlockKind? kind = word switch
        {
            "for" or "while" => BlockKind.Loop,
            "if" => BlockKind.If,
            "switch" => BlockKind.Switch,
            "catch" => BlockKind.Catch,
            "with" => BlockKind.With,
            _ => null,
        };
        return kind is null ? Function(paren, closing, open, close) : new Block(kind.Value, start, open + 1, close);
    }

    private Block Arrow(int arrow, int open, int close)
    {
        var before = LastBefore(arrow);
        if (before >= 0 && code[before] == ')' && brackets.Partner(before) is var paren && paren >= 0)
        {
            return Function(paren, before, open, close);
        }

        var (word, start) = WordBefore(before + 1);
        var head = code[Math.Max(0, start - LookBack)..start];
        return new Block(BlockKind.Function, start, open + 1, close)
        {
            Parameters = word,
            Name = NameBefore.Match(head).Groups[1].Value,
            IsAsync = head.TrimEnd().EndsWith("async", StringComparison.Ordinal),
            IsIteration = IterationBefore.IsMatch(head),
        };
    }

    private Block Function(int paren, int closing, int open, int close)
    {
        var (word, start) = WordBefore(LastBefore(paren) + 1);
        var head = code[Math.Max(0, paren - LookBack)..paren];
        var named = word.Length > 0 && word is not ("function" or "async" or "return");
        return new Block(BlockKind.Function, word.Length > 0 ? start : paren, open + 1, close)
        {
            Parameters = code[(paren + 1)..closing],
            Name = named ? word : NameBefore.Match(head).Groups[1].Value,
            IsAsync = AsyncBefore(head, named ? word.Length : 0),
            IsIteration = IterationBefore.IsMatch(head),
        };
    }

    private static bool AsyncBefore(string head, int nameLength)
    {
        var rest = head.TrimEnd();
        rest = rest[..Math.Max(0, rest.Length - nameLength)].TrimEnd().TrimEnd('*').TrimEnd();
        rest = rest.EndsWith("function", StringComparison.Ordinal) ? rest[..^8].TrimEnd() : rest;
        return rest.EndsWith("async", StringComparison.Ordinal);
    }

    private int LastBefore(int position)
    {
        var i = position - 1;
        while (i >= 0 && char.IsWhiteSpace(code[i]))
        {
            i--;
        }

        return i;
    }

    private (string Word, int Start) WordBefore(int end)
    {
        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(code[start - 1]) || code[start - 1] is '_' or '$'))
        {
            start--;
        }

        return (code[start..end], start);
    }

    private int SkipSpace(int position)
    {
        while (position < code.Length && char.IsWhiteSpace(code[position]))
        {
            position++;
        }

        return position;
    }

    private int StatementEnd(int position)
    {
        for (var i = position; i < code.Length; i++)
        {
            if (code[i] is '(' or '[' or '{' && brackets.Partner(i) is var partner && partner > i)
            {
                i = partner;
                if (code[i] == '}')
                {
                    return i + 1;
                }
            }
            else if (code[i] is ';' or ')' or '}' or ']')
            {
                return i;
            }
        }

        return code.Length;
    }
}
