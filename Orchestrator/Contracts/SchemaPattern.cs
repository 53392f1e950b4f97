using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NJsonSchema.Validation;
using NJsonSchema.Validation.FormatValidators;

namespace Orchestrator.Contracts;

/// <summary>
/// A schema's <c>pattern</c>, checked as a format of its own: the validator's own way has neither a time-out nor a
/// bound on backtracking, and patterns come from agents.
/// </summary>
internal sealed class SchemaPattern(string pattern, int number) : IFormatValidator
{
    // Linear in the length of the value, whatever the pattern.
    private readonly Regex _regex = new(pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    public string Pattern { get; } = pattern;

    public string Format { get; } = $"pattern-{number}";

    public ValidationErrorKind ValidationErrorKind => ValidationErrorKind.PatternMismatch;

    public bool IsValid(string value, JTokenType tokenType) => tokenType != JTokenType.String || _regex.IsMatch(value);
}
