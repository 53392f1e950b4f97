namespace Agents.Researcher.Text;

/// <summary>Porter's suffix stripping for English, so that "expires", "expired" and "expiring" are one term. Words with digits and short ones stay.</summary>
internal static class Stemmer
{
    private static readonly (string Suffix, string Replacement)[] Second =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"), ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string Replacement)[] Third =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] Fourth =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ion", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic", "ou",
    ];

    /// <param name="word">In lower case.</param>
    public static string Stem(string word)
    {
        if (word.Length < 4 || !IsPlain(word))
            return word;
        word = Plural(word);
        word = PastAndGerund(word);
        if (word.EndsWith('y') && HasVowel(word, word.Length - 1))
            word = word[..^1] + "i";
        word = Replace(word, Second);
        word = Replace(word, Third);
        word = Strip(word);
        if (word.EndsWith('e') && (Measure(word, word.Length - 1) > 1 || (Measure(word, word.Length - 1) == 1 && !EndsShort(word[..^1]))))
            word = word[..^1];
        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word, word.Length) > 1 ? word[..^1] : word;
    }

    private static bool IsPlain(string word)
    {
        foreach (var c in word)
        {
            if (c is < 'a' or > 'z')
                return false;
        }

        return true;
    }

    private static string Plural(string word)
    {
        if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal))
            return word[..^2];
        return word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal) ? word[..^1] : word;
    }

    private static string PastAndGerund(string word)
    {
        if (word.EndsWith("eed", StringComparison.Ordinal))
            return Measure(word, word.Length - 3) > 0 ? word[..^1] : word;
        var cut = word.EndsWith("ed", StringComparison.Ordinal) ? 2 : word.EndsWith("ing", StringComparison.Ordinal) ? 3 : 0;
        if (cut == 0 || !HasVowel(word, word.Length - cut))
            return word;
        word = word[..^cut];
        if (word.EndsWith("at", StringComparison.Ordinal) || word.EndsWith("bl", StringComparison.Ordinal) || word.EndsWith("iz", StringComparison.Ordinal))
            return word + "e";
        if (word.Length > 1 && word[^1] == word[^2] && !IsVowel(word, word.Length - 1) && word[^1] is not ('l' or 's' or 'z'))
            return word[..^1];
        return Measure(word, word.Length) == 1 && EndsShort(word) ? word + "e" : word;
    }

    private static string Replace(string word, (string Suffix, string Replacement)[] rules)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal))
                return Measure(word, word.Length - suffix.Length) > 0 ? word[..^suffix.Length] + replacement : word;
        }

        return word;
    }

    private static string Strip(string word)
    {
        foreach (var suffix in Fourth)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            var rest = word.Length - suffix.Length;
            var allowed = suffix != "ion" || (rest > 0 && word[rest - 1] is 's' or 't');
            return allowed && Measure(word, rest) > 1 ? word[..rest] : word;
        }

        return word;
    }

    // How often a vowel is followed by a consonant in the first letters.
    private static int Measure(string word, int length)
    {
        var count = 0;
        var vowelBefore = false;
        for (var i = 0; i < length; i++)
        {
            var vowel = IsVowel(word, i);
            if (vowelBefore && !vowel)
                count++;
            vowelBefore = vowel;
        }

        return count;
    }

    private static bool HasVowel(string word, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (IsVowel(word, i))
                return true;
        }

        return false;
    }

    private static bool IsVowel(string word, int i) =>
        word[i] is 'a' or 'e' or 'i' or 'o' or 'u' || (word[i] == 'y' && i > 0 && !IsVowel(word, i - 1));

    private static bool EndsShort(string word) =>
        word.Length > 2 && !IsVowel(word, word.Length - 1) && IsVowel(word, word.Length - 2) && !IsVowel(word, word.Length - 3) && word[^1] is not ('w' or 'x' or 'y');
}
