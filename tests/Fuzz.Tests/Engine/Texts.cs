using System.Text;

namespace Fuzz.Tests.Engine;

/// <summary>Makes and damages text.</summary>
internal static class Texts
{
    private static readonly string[] s_odd =
    [
        "", " ", "a", "local", "null", "true", "-1", "0", "1e999", "NaN", "9223372036854775808", "../../etc/passwd", "/", "\\", "\0", "\u0001", "\r\n", "\t", "\"", "'", "`", "{", "}", "[", "]", "{}", "[]", "[[", "]]", ",", ":",
        "*", "**", "?", "&a", "*a", "!!str", "!x", "---", "...", "%YAML 9.9", "- ", "|", ">", "#", "${inputs.question}", "${", "${a.b[0]}", "}}", "é", "🙂", "\ud800", "\u202e", "\ufeff", "%00", "%2F", "%", "run-", "sha256:", "answer", "code-audit",
        "researcher", "2026-01-01T00:00:00Z", "0 3 * * *", "* * * * * *", "AAAA", "$artifact", "<script>", "' or 1=1 --", "(a+)+$", "1970", "\u2028",
    ];

    /// <summary>A word that people do not write, or do.</summary>
    public static string Word(Random random) => random.Next(40) switch
    {
        0 => new string('x', random.Next(70_000)),
        1 => new string('[', random.Next(3000)),
        2 => new string((char)random.Next(1, 0xd7ff), random.Next(200)),
        < 8 => $"{s_odd[random.Next(s_odd.Length)]}{s_odd[random.Next(s_odd.Length)]}",
        _ => s_odd[random.Next(s_odd.Length)],
    };

    /// <summary>Some changes to the lines and words of a text, which stays more or less of its kind.</summary>
    /// <param name="other">What lines are taken from; may be the same.</param>
    public static string Mutate(Random random, string text, string other)
    {
        var lines = text.Split('\n').ToList();
        var others = other.Split('\n');
        for (var times = 1 + random.Next(random.Next(1, 10)); times > 0; times--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(8))
            {
                case 0:
                    lines.Insert(at, others[random.Next(others.Length)]);
                    break;
                case 1 when lines.Count > 1:
                    lines.RemoveAt(at);
                    break;
                case 2:
                    (lines[at], lines[^1]) = (lines[^1], lines[at]);
                    break;
                case 3:
                    lines[at] = new string(' ', random.Next(9)) + lines[at].TrimStart();
                    break;
                case 4:
                    lines[at] = InWords(random, lines[at]);
                    break;
                case 5:
                    lines[at] = Inserted(random, lines[at]);
                    break;
                case 6:
                    lines[at] += Nested(random);
                    break;
                default:
                    lines.InsertRange(at, Enumerable.Repeat(lines[at], random.Next(1, 30)));
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Deep, of one kind or of two.</summary>
    public static string Nested(Random random)
    {
        var depth = random.Next(1, random.Next(2, 5000));
        return random.Next(3) switch
        {
            0 => new string('[', depth),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", depth)),
            _ => $"{new string('[', depth)}{new string(']', depth)}",
        };
    }

    private static string InWords(Random random, string line)
    {
        var words = line.Split(' ');
        words[random.Next(words.Length)] = Word(random);
        return string.Join(' ', words);
    }

    private static string Inserted(Random random, string line)
    {
        var at = random.Next(line.Length + 1);
        return new StringBuilder(line).Insert(at, Word(random)).ToString();
    }
}
