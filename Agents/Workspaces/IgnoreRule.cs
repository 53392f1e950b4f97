using System.Text.RegularExpressions;

namespace Agents.Workspaces;

/// <summary>One line of a .gitignore. Most lines are a name or an extension and need no regular expression.</summary>
internal sealed class IgnoreRule
{
    private static readonly System.Buffers.SearchValues<char> Wildcards = System.Buffers.SearchValues.Create("*?[\\");
    private readonly bool _anchored;
    private readonly string? _literal;
    private readonly string? _suffix;
    private readonly Regex? _regex;

    private IgnoreRule(string body, bool anchored, bool negated, bool foldersOnly)
    {
        _anchored = anchored;
        Negated = negated;
        FoldersOnly = foldersOnly;
        if (!body.AsSpan().ContainsAny(Wildcards))
            _literal = body;
        else if (!anchored && body.StartsWith('*') && body.Length > 1 && !body.AsSpan(1).ContainsAny(Wildcards))
            _suffix = body[1..];
        else
            _regex = new Regex("^" + Glob.Translate(body, braces: false) + "$", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    public bool Negated { get; }

    public bool FoldersOnly { get; }

    /// <summary>Null for blank lines, comments, and patterns that can match nothing.</summary>
    public static IgnoreRule? Parse(string line)
    {
        var body = TrimEnd(line);
        if (body.Length == 0 || body[0] == '#')
            return null;
        var negated = body[0] == '!';
        if (negated)
            body = body[1..];
        else if (body.StartsWith("\\!", StringComparison.Ordinal) || body.StartsWith("\\#", StringComparison.Ordinal))
            body = body[1..];
        var foldersOnly = body.EndsWith('/');
        if (foldersOnly)
            body = body[..^1];
        var anchored = body.Contains('/');
        if (body.StartsWith('/'))
            body = body[1..];
        if (body.Length == 0 || body.EndsWith('\\') && !body.EndsWith("\\\\", StringComparison.Ordinal))
            return null;
        try
        {
            return new IgnoreRule(body, anchored, negated, foldersOnly);
        }
        catch (ArgumentException)
        {
            return null; // e.g. [z-a]: git matches nothing with it either
        }
    }

    /// <param name="path">Relative to the folder of the .gitignore.</param>
    /// <param name="name">Its last part.</param>
    public bool Matches(string path, string name)
    {
        var subject = _anchored ? path : name;
        if (_literal is not null)
            return subject == _literal;
        return _suffix is not null ? subject.EndsWith(_suffix, StringComparison.Ordinal) : _regex!.IsMatch(subject);
    }

    // Trailing blanks do not count unless a backslash stands before them.
    private static string TrimEnd(string line)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] is ' ' or '\t' or '\r')
        {
            if (end > 1 && line[end - 2] == '\\')
                break;
            end--;
        }

        return line[..end];
    }
}
