using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Orchestrator.Contracts;

/// <summary>
/// Checks values against JSON Schemas. A schema is compiled once. Draft 2020-12 as far as it is checked here: type,
/// properties, required, additionalProperties, items, enum, const, the limits on numbers, lengths and counts,
/// uniqueItems, pattern, format, allOf, anyOf, oneOf, not, and $ref within the document.
/// </summary>
internal static class JsonSchemas
{
    /// <summary>More violations than this are counted, not listed.</summary>
    public const int MaxViolations = 50;

    /// <summary>Longest schema, in characters.</summary>
    public const int MaxSchemaLength = 256 * 1024;

    // Schemas come from contracts and playbooks, of which there are few; the bound is against an agent that
    // registers with another schema each time.
    private const int MaxCached = 1000;

    private static readonly ConcurrentDictionary<string, Compiled> s_cache = new(StringComparer.Ordinal);

    /// <summary>What is wrong with <paramref name="value"/>, one readable sentence each; none: it is valid.</summary>
    /// <param name="schemaJson">JSON Schema as text. Empty: any object is valid.</param>
    /// <exception cref="InvalidJsonSchemaException">The schema itself is unusable; see <see cref="Problem"/>.</exception>
    public static IReadOnlyList<string> Violations(string schemaJson, Struct value) =>
        string.IsNullOrWhiteSpace(schemaJson) || Get(schemaJson).Shape?.Accepts(value) == true ? [] : Violations(schemaJson, ProtoJson.ToToken(value));

    /// <summary>Whether a value is valid for certain, found out at little cost; what is false is for <see cref="Violations(string, Struct)"/> to judge.</summary>
    /// <param name="schemaJson">JSON Schema as text. Empty: any object is valid.</param>
    /// <param name="value">The value.</param>
    public static bool IsCertainlyValid(string schemaJson, Struct value) =>
        string.IsNullOrWhiteSpace(schemaJson) || Get(schemaJson).Shape?.Accepts(value) == true;

    /// <summary>The same for any JSON value.</summary>
    public static IReadOnlyList<string> Violations(string schemaJson, JToken value)
    {
        if (string.IsNullOrWhiteSpace(schemaJson))
            return [];
        var compiled = Get(schemaJson);
        var errors = new JsonSchemaValidator(compiled.Settings).Validate(value, compiled.Schema);
        return SchemaViolations.Describe(errors, value, compiled.Patterns);
    }

    /// <summary>Why a schema cannot be used; null: it can. For contracts and playbooks before they are accepted.</summary>
    public static string? Problem(string schemaJson)
    {
        try
        {
            if (!string.IsNullOrWhiteSpace(schemaJson))
                Get(schemaJson);
            return null;
        }
        catch (InvalidJsonSchemaException problem)
        {
            return problem.Message;
        }
    }

    private static Compiled Get(string schemaJson)
    {
        if (s_cache.TryGetValue(schemaJson, out var known))
            return known;
        if (schemaJson.Length > MaxSchemaLength)
            throw new InvalidJsonSchemaException($"The schema has {schemaJson.Length} characters; at most {MaxSchemaLength} are allowed.");
        var compiled = Compile(schemaJson);
        if (s_cache.Count >= MaxCached)
            s_cache.Clear();
        return s_cache[schemaJson] = compiled;
    }

    private static Compiled Compile(string schemaJson)
    {
        var text = SchemaText.Read(schemaJson);
        try
        {
            // Asynchronous only because a schema may refer to other documents, which SchemaText has ruled out: the
            // task is complete when it is returned.
            var schema = JsonSchema.FromJsonAsync(text.Schema.ToString(Formatting.None)).GetAwaiter().GetResult();
            var settings = new JsonSchemaValidatorSettings();
            settings.FormatValidators = [.. settings.FormatValidators, .. text.Patterns];
            // Fails here, not on the first value, where references lead in a circle.
            _ = new JsonSchemaValidator(settings).Validate(new JObject(), schema);
            return new Compiled(schema, settings, text.Patterns, SchemaShape.Of(text.Schema));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidJsonSchemaException($"The schema cannot be used: {failure.Message}", failure);
        }
    }

    private sealed record Compiled(JsonSchema Schema, JsonSchemaValidatorSettings Settings, IReadOnlyList<SchemaPattern> Patterns, SchemaShape? Shape);
}
