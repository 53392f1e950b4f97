using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting.Definitions;

/// <summary>
/// Says what is wrong with an input, by its schema. Inputs that deserialize are not looked at, unless the schema says
/// more than types do.
/// </summary>
internal sealed class InputCheck(JsonObject? schema)
{
    private const int Shown = 5;

    /// <summary>Whether the schema has limits that deserializing does not check.</summary>
    public bool HasConstraints { get; } = schema is not null && HasLimits(schema);

    /// <summary>Throws when the input misses the schema.</summary>
    /// <param name="data">The input as it came.</param>
    /// <param name="artifacts">What stands for references in it.</param>
    /// <param name="cause">What deserializing said. Null: it went well.</param>
    /// <exception cref="TaskFailedException">INVALID_INPUT.</exception>
    public void Throw(Struct? data, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts, JsonException? cause)
    {
        var problems = new List<string>();
        if (schema is not null)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
                StructJson.Write(writer, data ?? new Struct(), artifacts, top: true);
            using var document = JsonDocument.Parse(buffer.WrittenMemory);
            new SchemaCheck(schema, problems).Check(schema, document.RootElement, "");
        }

        if (problems.Count == 0 && cause is null)
            return;

        if (problems.Count == 0)
            problems.Add($"{(cause!.Path is { Length: > 2 } path ? path[2..] : "the input")} cannot be read");

        var text = string.Join("; ", problems.Take(Shown));
        if (problems.Count > Shown)
            text += $"; and {problems.Count - Shown} more";
        throw new TaskFailedException(FailureCodes.InvalidInput, $"Invalid input: {text}.", details: new { violations = problems }, innerException: cause);
    }

    private static bool HasLimits(JsonNode? node) => node switch
    {
        JsonObject value => value.Any(pair =>
            pair.Key is "minimum" or "maximum" or "minLength" or "maxLength" or "minItems" or "maxItems" or "pattern"
            || pair.Key == "enum" || HasLimits(pair.Value)),
        JsonArray items => items.Any(HasLimits),
        _ => false,
    };
}
