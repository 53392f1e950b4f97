namespace Agents.Models.Settings;

/// <summary>What a model costs.</summary>
/// <param name="Model">Its name; with a <c>*</c> at the end, all whose names begin so.</param>
/// <param name="Input">For a million tokens read.</param>
/// <param name="Output">For a million tokens written.</param>
internal sealed record ModelPrice(string Model, decimal Input, decimal Output)
{
    public bool IsFor(string model) => Model.EndsWith('*')
        ? model.StartsWith(Model.AsSpan(0, Model.Length - 1), StringComparison.OrdinalIgnoreCase)
        : model.Equals(Model, StringComparison.OrdinalIgnoreCase);

    /// <summary>In millionths: a price for a million tokens is that many millionths for one.</summary>
    public long Micros(long inputTokens, long outputTokens) => (long)Math.Ceiling((Input * inputTokens) + (Output * outputTokens));
}
