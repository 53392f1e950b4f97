using System.Text.RegularExpressions;

namespace Agents.Rules;

/// <summary>The two kinds of regular expression that rules may use: neither can hang.</summary>
internal static class Pattern
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(2);

    /// <summary>Linear in time; no look-around, no back-references.</summary>
    public static Regex Linear(string pattern, bool ignoreCase = false) => new(
        pattern,
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None),
        TimeOut);

    /// <summary>For what needs look-around: bounded by a time-out.</summary>
    public static Regex Timed(string pattern, bool ignoreCase = false) => new(
        pattern,
        RegexOptions.CultureInvariant | RegexOptions.Multiline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None),
        TimeOut);
}
