using System.Diagnostics.CodeAnalysis;

namespace Azure.AI.OpenAI;

public readonly struct AzureOpenAIAudience(string value) : IEquatable<AzureOpenAIAudience>
{
    private readonly string _value = value;

    public static AzureOpenAIAudience AzurePublicCloud { get; } = new("https://cognitiveservices.azure.com/.default");

    public static AzureOpenAIAudience AzureGovernment { get; } = new("https://cognitiveservices.azure.us/.default");

    public static implicit operator AzureOpenAIAudience(string value) => new(value);

    public static bool operator ==(AzureOpenAIAudience left, AzureOpenAIAudience right) => left.Equals(right);

    public static bool operator !=(AzureOpenAIAudience left, AzureOpenAIAudience right) => !left.Equals(right);

    public bool Equals(AzureOpenAIAudience other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is AzureOpenAIAudience other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(_value ?? "");

    public override string ToString() => _value;
}
