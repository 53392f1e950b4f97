using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agents.Planner.Free;

/// <summary>A kind of work that an agent does.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record AgentOffer(
    string Role,
    string TaskType,
    string? Description = null,
    [property: Description("JSON Schema of the input, as text; empty: any object.")] string? InputSchema = null,
    [property: Description("JSON Schema of the output, as text; empty: any object.")] string? OutputSchema = null)
{
    /// <summary>Names of the input's fields; null: any.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Inputs { get; } = Fields(InputSchema, "properties");

    /// <summary>Those that must be there.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Required { get; } = Fields(InputSchema, "required") ?? [];

    /// <summary>Names of the output's fields; null: any.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Outputs { get; } = Fields(OutputSchema, "properties");

    private static IReadOnlyList<string>? Fields(string? schema, string part)
    {
        if (string.IsNullOrWhiteSpace(schema))
            return null;
        try
        {
            using var json = JsonDocument.Parse(schema);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty(part, out var fields))
                return null;
            return fields.ValueKind == JsonValueKind.Array
                ? [.. fields.EnumerateArray().Select(name => name.GetString()!)]
                : [.. fields.EnumerateObject().Select(field => field.Name)];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
