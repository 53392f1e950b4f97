using System.Text;
using System.Text.RegularExpressions;

namespace Agents.Workspaces;

/// <summary>
/// A path pattern: <c>*</c> and <c>?</c> stay within a part, <c>**</c> crosses parts, <c>[a-z]</c> and <c>{a,b}</c> choose.
/// Without a '/' it matches the name at any depth; a pattern that matches a folder matches everything below it.
/// </summary>
public sealed class Glob
{
    private const int MaxLength = 1000;
    private readonly Regex _regex;

    private Glob(string pattern, Regex regex)
    {
        Pattern = pattern;
        _regex = regex;
    }

    /// <summary>The text it was made from.</summary>
    public string Pattern { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Not empty, at most 1,000 characters, relative to the workspace.</param>
    /// <param name="field">The name of the input it came from, for the error.</param>
    /// <exception cref="WorkspaceException">INVALID_INPUT: empty, too long or malformed.</exception>
    public static Glob Parse(string pattern, string field = "glob")
    {
        if (string.IsNullOrWhiteSpace(pattern))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: a glob must not be empty.");
        if (pattern.Length > MaxLength)
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: a glob has at most {MaxLength} characters, this one has {pattern.Length}.");

        var body = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
        var anchored = body.TrimEnd('/').Contains('/');
        body = body.Trim('/');
        try
        {
            var expression = (anchored ? "^" : "^(?:.*/)?") + Translate(body, braces: true) + "(?:/.*)?$";
            return new Glob(pattern, new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant));
        }
        catch (ArgumentException e)
        {
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"{field}: '{pattern}' is not a glob: {e.Message}", e);
        }
    }

    /// <summary>Reads a list of patterns; null is an empty list.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="field">The name of the input they came from, for the error.</param>
    /// <exception cref="WorkspaceException">INVALID_INPUT: one of them is empty, too long or malformed.</exception>
    public static IReadOnlyList<Glob> ParseAll(IReadOnlyList<string>? patterns, string field) =>
        patterns is null ? [] : [.. patterns.Select((pattern, i) => Parse(pattern, $"{field}[{i}]"))];

    /// <summary>Whether the path, or a folder above it, matches.</summary>
    /// <param name="path">Relative, with '/'.</param>
    public bool IsMatch(string path) => _regex.IsMatch(path);

    /// <summary>The regular expression for a glob, without anchors.</summary>
    internal static string Translate(string glob, bool braces)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    i = DoubleStar(glob, i, text);
                    break;
                case '*':
                    text.Append("[^/]*");
                    break;
                case '?':
                    text.Append("[^/]");
                    break;
                case '[' when Class(glob, i) is { } found:
                    text.Append(found.Expression);
                    i = found.End;
                    break;
                case '\\' when i + 1 < glob.Length:
                    text.Append(Regex.Escape(glob[++i].ToString()));
                    break;
                case '{' when braces && glob.IndexOf('}', i) > 0:
                    depth++;
                    text.Append("(?:");
                    break;
                case ',' when depth > 0:
                    text.Append('|');
                    break;
                case '}' when depth > 0:
                    depth--;
                    text.Append(')');
                    break;
                default:
                    text.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        }

        return text.ToString();
    }

    // "**/" is any folders or none, "/**" at the end everything below, and elsewhere it is a plain star.
    private static int DoubleStar(string glob, int start, StringBuilder text)
    {
        var end = start;
        while (end + 1 < glob.Length && glob[end + 1] == '*')
            end++;
        var opens = start == 0 || glob[start - 1] == '/';
        if (opens && end + 1 < glob.Length && glob[end + 1] == '/')
        {
            text.Append("(?:.*/)?");
            return end + 1;
        }

        text.Append(opens && end + 1 == glob.Length ? (start == 0 ? ".*" : ".+") : "[^/]*");
        return end;
    }

    private static (string Expression, int End)? Class(string glob, int start)
    {
        var i = start + 1;
        var negated = i < glob.Length && glob[i] is '!' or '^';
        if (negated)
            i++;
        var close = glob.IndexOf(']', Math.Min(i + 1, glob.Length));
        if (close < 0)
            return null;
        var members = new StringBuilder();
        for (; i < close; i++)
        {
            if (glob[i] == '[' && i + 1 < close && glob[i + 1] == ':' && glob.IndexOf(":]", i, StringComparison.Ordinal) is var named and > 0)
            {
                members.Append(Named(glob[(i + 2)..named]));
                close = glob.IndexOf(']', Math.Min(named + 2, glob.Length));
                i = named + 1;
                if (close < 0)
                    return null;
            }
            else
            {
                members.Append(glob[i] is '-' && i > start + 1 ? "-" : "\\u" + ((int)glob[i]).ToString("x4"));
            }
        }

        return ($"[{(negated ? "^/" : "")}{members}]", close);
    }

    private static string Named(string name) => name switch
    {
        "digit" => "0-9",
        "alpha" => "a-zA-Z",
        "alnum" => "a-zA-Z0-9",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => "\\s",
        "xdigit" => "0-9a-fA-F",
        _ => throw new ArgumentException($"unknown character class [:{name}:]", nameof(name)),
    };
}
