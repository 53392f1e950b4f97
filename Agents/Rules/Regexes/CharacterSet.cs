namespace Agents.Rules.Regexes;

/// <summary>A set of characters: the first 256 one by one, all others as one.</summary>
internal sealed class CharacterSet
{
    private const int Size = 257;
    private readonly bool[] _has = new bool[Size];

    public bool this[int character] => _has[Math.Min(character, Size - 1)];

    public static CharacterSet All()
    {
        var set = new CharacterSet();
        Array.Fill(set._has, true);
        return set;
    }

    public static CharacterSet Of(Func<char, bool> belongs, bool others)
    {
        var set = new CharacterSet();
        for (var c = 0; c < Size - 1; c++)
        {
            set._has[c] = belongs((char)c);
        }

        set._has[Size - 1] = others;
        return set;
    }

    public void Add(int from, int to)
    {
        for (var c = from; c <= Math.Min(to, Size - 1); c++)
        {
            _has[c] = true;
        }

        _has[Size - 1] |= to >= Size - 1;
    }

    public void Add(CharacterSet other)
    {
        for (var c = 0; c < Size; c++)
        {
            _has[c] |= other._has[c];
        }
    }

    public CharacterSet Not()
    {
        var set = new CharacterSet();
        for (var c = 0; c < Size; c++)
        {
            set._has[c] = !_has[c];
        }

        set._has[Size - 1] = true; // a class that names some of the others leaves some
        return set;
    }

    public void IgnoreCase()
    {
        for (var c = 'a'; c <= 'z'; c++)
        {
            _has[c] = _has[char.ToUpperInvariant(c)] = _has[c] || _has[char.ToUpperInvariant(c)];
        }
    }

    public bool Meets(CharacterSet other)
    {
        for (var c = 0; c < Size; c++)
        {
            if (_has[c] && other._has[c])
            {
                return true;
            }
        }

        return false;
    }
}
