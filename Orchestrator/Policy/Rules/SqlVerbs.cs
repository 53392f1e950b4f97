namespace Orchestrator.Policy.Rules;

/// <summary>
/// The verbs of SQL text: the first word of every statement, and every word that changes data or structure wherever it
/// stands outside of comments, quotes and names (a <c>WITH</c> may hide a <c>DELETE</c>). Too many are found rather than too few.
/// </summary>
internal static class SqlVerbs
{
    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "insert", "update", "delete", "merge", "truncate", "drop", "alter", "create", "grant", "revoke", "copy", "call", "do", "vacuum", "reindex", "refresh", "lock", "into",
    };

    public static IEnumerable<string> Of(string sql)
    {
        var verbs = new SortedSet<string>(StringComparer.Ordinal);
        var isFirst = true;
        for (var i = 0; i < sql.Length;)
        {
            var c = sql[i];
            if (c == '-' && Next(sql, i) == '-')
            {
                i = After(sql, "\n", i + 2);
            }
            else if (c == '/' && Next(sql, i) == '*')
            {
                i = AfterComment(sql, i + 2);
            }
            else if (c is '\'' or '"')
            {
                i = AfterQuote(sql, i, c);
                isFirst = false;
            }
            else if (c == '$' && DollarTag(sql, i) is { } tag)
            {
                i = After(sql, tag, i + tag.Length);
                isFirst = false;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                var begin = i;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '$'))
                {
                    i++;
                }

                var word = sql[begin..i].ToLowerInvariant();
                if (isFirst || Changing.Contains(word))
                {
                    verbs.Add(word);
                }

                isFirst = false;
            }
            else
            {
                isFirst = c == ';' || (isFirst && (char.IsWhiteSpace(c) || c == '('));
                i++;
            }
        }

        return verbs;
    }

    private static char Next(string sql, int i) => i + 1 < sql.Length ? sql[i + 1] : '\0';

    private static int After(string sql, string end, int from) => sql.IndexOf(end, Math.Min(from, sql.Length), StringComparison.Ordinal) is >= 0 and var at ? at + end.Length : sql.Length;

    // They nest.
    private static int AfterComment(string sql, int i)
    {
        for (var depth = 1; i < sql.Length; i++)
        {
            if (sql[i] == '*' && Next(sql, i) == '/' && --depth == 0)
            {
                return i + 2;
            }

            depth += sql[i] == '/' && Next(sql, i) == '*' ? 1 : 0;
        }

        return i;
    }

    // A backslash may or may not escape: an end that could be one is taken for one, so that nothing after it is missed.
    private static int AfterQuote(string sql, int i, char quote)
    {
        for (i++; i < sql.Length; i++)
        {
            if (sql[i] == quote)
            {
                return i + 1;
            }
        }

        return i;
    }

    private static string? DollarTag(string sql, int i)
    {
        var end = i + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_'))
        {
            end++;
        }

        return end < sql.Length && sql[end] == '$' ? sql[i..(end + 1)] : null;
    }
}
