using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>The value of a Python string literal, as far as patterns need it.</summary>
internal static class PythonText
{
    private static readonly Regex Literal = Pattern.Timed(@"\G\s*(?<p>[rRbBuUfF]{0,2})(?<q>""""""|'''|""|')(?<v>(?:\\.|(?!\k<q>)[\s\S])*)\k<q>");

    /// <summary>Joins adjacent literals; escapes are left to the reader of the pattern, but for doubled backslashes.</summary>
    public static string Value(string source)
    {
        var value = new System.Text.StringBuilder();
        for (var match = Literal.Match(source); match.Success; match = match.NextMatch())
        {
            var raw = match.Groups["p"].Value.Contains('r', StringComparison.OrdinalIgnoreCase);
            var text = match.Groups["v"].Value;
            value.Append(raw ? text : text.Replace(@"\\", @"\", StringComparison.Ordinal));
        }

        return value.ToString();
    }
}
