using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Agents.Hosting.Redaction;

/// <summary>
/// Takes secrets out of text before it leaves: what has the form of one, and the values of settings and environment
/// variables that are named like one.
/// </summary>
internal sealed partial class SecretRedactor
{
    public const string Mark = "[REDACTED]";

    // Shorter values are words, and replacing them would destroy the text without hiding anything.
    private const int ShortestSecret = 6;

    private readonly string[] _values;

    public SecretRedactor(IEnumerable<string> values) => _values =
        [.. values.Where(value => value.Length >= ShortestSecret).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];

    /// <summary>One that knows the secrets of settings.</summary>
    /// <param name="configuration">Settings and environment; those that are named like secrets count.</param>
    /// <param name="others">Secrets beside them.</param>
    public static SecretRedactor Of(IConfiguration configuration, params IEnumerable<string> others) => new(
        configuration.AsEnumerable()
            .Where(setting => setting.Value is { Length: >= ShortestSecret } && SecretName().IsMatch(setting.Key))
            .Select(setting => setting.Value!)
            .Concat(others));

    public string Redact(string text)
    {
        foreach (var value in _values)
            text = text.Replace(value, Mark, StringComparison.Ordinal);
        text = PrivateKey().Replace(text, Mark);
        text = Token().Replace(text, Mark);
        text = Bearer().Replace(text, "${name}" + Mark);
        text = UrlPassword().Replace(text, "${user}" + Mark + "@");
        text = Connection().Replace(text, "${name}" + Mark);
        return Assigned().Replace(text, "${name}" + Mark + "${end}");
    }

    [GeneratedRegex(@"(?:api[-_]?key|password|passwd|secret|token|credential|connection[-_]?strings?|private[-_]?key|access[-_]?key|signing[-_]?key)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?", RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PrivateKey();

    // The forms that providers of clouds, code hosting, packages, payments and models give their tokens, and JWTs.
    [GeneratedRegex(
        @"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{30,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)",
        RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Token();

    [GeneratedRegex(@"(?<name>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{16,}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"(?<user>[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]{0,100}:)[^\s/@]{1,200}@", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(?<name>\b(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\s*=\s*)[^;\s""']{3,}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Connection();

    [GeneratedRegex(@"(?<name>(?:api[-_]?key|password|passwd|secret|token|private[-_]?key|access[-_]?key)[""']?\s{0,5}[:=]\s{0,5}[""'])[^""'\s]{6,200}(?<end>[""'])", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Assigned();
}
