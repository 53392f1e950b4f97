namespace Agents.Rules.Regexes;

/// <summary>Reads what JavaScript, Python and .NET regular expressions have in common; null for what it cannot judge.</summary>
internal sealed class RegexParser
{
    private const int LoopsFrom = 16;
    private readonly string _pattern;
    private readonly bool _ignoreCase;
    private readonly bool _dotAll;
    private int _at;

    private RegexParser(string pattern, bool ignoreCase, bool dotAll)
    {
        _pattern = pattern;
        _ignoreCase = ignoreCase;
        _dotAll = dotAll;
    }

    private bool More => _at < _pattern.Length;

    public static RegexNode? Parse(string pattern, bool ignoreCase = false, bool dotAll = false)
    {
        try
        {
            var parser = new RegexParser(pattern, ignoreCase, dotAll);
            var node = parser.Choice();
            return parser.More ? null : node;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private RegexNode Choice()
    {
        var options = new List<RegexNode> { Sequence() };
        while (More && _pattern[_at] == '|')
        {
            _at++;
            options.Add(Sequence());
        }

        return options.Count == 1 ? options[0] : new RegexNode.Choice(options);
    }

    private RegexNode.Sequence Sequence()
    {
        var parts = new List<RegexNode>();
        while (More && _pattern[_at] is not ('|' or ')'))
        {
            parts.Add(Quantified(Atom()));
        }

        return new RegexNode.Sequence(parts);
    }

    private RegexNode Quantified(RegexNode atom)
    {
        if (!More)
        {
            return atom;
        }

        var result = _pattern[_at] switch
        {
            '*' => Take(new RegexNode.Repeat(atom, Optional: true, Loops: true)),
            '+' => Take(new RegexNode.Repeat(atom, Optional: false, Loops: true)),
            '?' => Take(new RegexNode.Repeat(atom, Optional: true, Loops: false)),
            '{' => Counted(atom),
            _ => null,
        };
        if (result is null)
        {
            return atom;
        }

        if (More && _pattern[_at] == '+')
        {
            throw new FormatException("possessive");
        }

        _at += More && _pattern[_at] == '?' ? 1 : 0;
        return result;
    }

    private RegexNode? Counted(RegexNode atom)
    {
        var close = _pattern.IndexOf('}', _at);
        var bounds = close < 0 ? [] : _pattern[(_at + 1)..close].Split(',');
        if (bounds.Length is 0 or > 2 || !int.TryParse(bounds[0], out var least))
        {
            return null;
        }

        var most = bounds.Length == 1 ? least : bounds[1].Length == 0 ? int.MaxValue : int.TryParse(bounds[1], out var m) ? m : -1;
        if (most < 0)
        {
            return null;
        }

        _at = close + 1;
        if (most >= LoopsFrom && most > least)
        {
            return new RegexNode.Repeat(atom, least == 0, Loops: true);
        }

        // A few copies: exact for one character, near enough for the rest.
        var copies = atom is RegexNode.One ? Math.Min(most, 4) : 1;
        RegexNode? rest = null;
        for (var i = copies; i > 0; i--)
        {
            // The optional ones are nested: x{1,3} is x(x(x)?)?, which reads a text in one way only.
            RegexNode one = rest is null ? atom : new RegexNode.Sequence([atom, rest]);
            rest = i > least ? new RegexNode.Repeat(one, Optional: true, Loops: false) : one;
        }

        return rest ?? new RegexNode.Sequence([]);
    }

    private RegexNode Atom()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return Letters(RegexClasses.Read(_pattern, ref _at));
            case '.':
                return new RegexNode.One(_dotAll ? CharacterSet.All() : CharacterSet.Of(x => x is not ('\n' or '\r'), others: true));
            case '^' or '$':
                return new RegexNode.One(null);
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw new FormatException("nothing to repeat");
            default:
                var set = new CharacterSet();
                set.Add(c, c);
                return Letters(set);
        }
    }

    private RegexNode.One Escape()
    {
        if (!More)
        {
            throw new FormatException("ends with a backslash");
        }

        var c = _pattern[_at];
        if (c is 'b' or 'B' or 'A' or 'Z' or 'z' or 'G')
        {
            _at++;
            return new RegexNode.One(null);
        }

        if (c is >= '1' and <= '9' or 'k')
        {
            throw new FormatException("back-reference");
        }

        return Letters(RegexClasses.Escape(_pattern, ref _at));
    }

    private RegexNode Group()
    {
        var assertion = false;
        if (More && _pattern[_at] == '?')
        {
            var rest = _pattern.AsSpan(_at);
            assertion = rest.StartsWith("?=") || rest.StartsWith("?!") || rest.StartsWith("?<=") || rest.StartsWith("?<!");
            _at += rest switch
            {
                _ when rest.StartsWith("?:") || rest.StartsWith("?=") || rest.StartsWith("?!") => 2,
                _ when rest.StartsWith("?<=") || rest.StartsWith("?<!") => 3,
                _ when (rest.StartsWith("?<") || rest.StartsWith("?P<")) && rest.IndexOf('>') is var end && end > 0 => end + 1,
                _ => throw new FormatException("group of a kind not known here"),
            };
        }

        var inner = Choice();
        if (!More)
        {
            throw new FormatException("group not closed");
        }

        _at++;
        return assertion ? new RegexNode.One(null) : inner;
    }

    private RegexNode.One Letters(CharacterSet set)
    {
        if (_ignoreCase)
        {
            set.IgnoreCase();
        }

        return new RegexNode.One(set);
    }

    private RegexNode Take(RegexNode node)
    {
        _at++;
        return node;
    }
}
