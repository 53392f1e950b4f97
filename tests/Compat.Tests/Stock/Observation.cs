using System.Text.Json;

namespace Compat.Tests.Stock;

/// <summary>What a client that somebody else wrote saw of one scenario; binary metadata and payloads in base64, statuses by name.</summary>
internal sealed record Observation
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Status { get; init; } = "";

    public string Detail { get; init; } = "";

    public IReadOnlyList<string> Texts { get; init; } = [];

    public IReadOnlyList<long> Values { get; init; } = [];

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public string Payload { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Trailers { get; init; } = new Dictionary<string, string>();

    /// <summary>Of what a client printed.</summary>
    public static Observation Parse(string output) =>
        JsonSerializer.Deserialize<Observation>(output, Json)
        ?? throw new InvalidOperationException("The client printed nothing.");
}
