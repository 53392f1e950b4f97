using System.Text.Json;
using Orchestrator.Console.Parts;

namespace Orchestrator.Console.Forms;

/// <summary>How a value is entered.</summary>
internal enum FieldKind
{
    /// <summary>A line of text.</summary>
    Line,

    /// <summary>Several lines of text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>One of several.</summary>
    Choice,

    /// <summary>A list of texts, one a line.</summary>
    Lines,

    /// <summary>Anything else, as JSON.</summary>
    Json,
}

/// <summary>A field of a form, as a property of a JSON Schema asks for it.</summary>
/// <param name="Name">The property.</param>
/// <param name="Title">Its label.</param>
/// <param name="Hint">What it is for; empty: not said.</param>
/// <param name="Kind">How it is entered.</param>
/// <param name="IsRequired">Whether it has to be there.</param>
/// <param name="Options">For <see cref="FieldKind.Choice"/>.</param>
/// <param name="Default">As text; empty: none.</param>
/// <param name="Minimum">Of a number, as text; null: none.</param>
/// <param name="Maximum">Of a number, as text; null: none.</param>
internal sealed record FormField(
    string Name, string Title, string Hint, FieldKind Kind, bool IsRequired, IReadOnlyList<string> Options, string Default, string? Minimum, string? Maximum)
{
    private static readonly string[] s_longTexts = ["text", "request", "prompt", "message", "body", "content", "source", "sql", "code", "diff", "markdown"];

    /// <summary>The fields of an object's schema, the required ones first.</summary>
    /// <param name="schema">JSON Schema as JSON text; one of something else than an object has none.</param>
    public static IReadOnlyList<FormField> Of(string schema)
    {
        if (schema.Length == 0)
            return [];
        using var document = JsonDocument.Parse(schema);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("properties", out var properties))
            return [];
        var required = document.RootElement.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(name => name.GetString() ?? "").ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. properties.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object)
            .Select(property => Of(property.Name, property.Value, required.Contains(property.Name))).OrderBy(field => field.IsRequired ? 0 : 1)];
    }

    private static FormField Of(string name, JsonElement schema, bool required)
    {
        var options = schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Select(AsText).Where(text => text.Length > 0).ToList()
            : [];
        return new FormField(
            name, Text(schema, "title") is { Length: > 0 } title ? title : Words.Label(name), Text(schema, "description"),
            options.Count > 0 ? FieldKind.Choice : KindOf(name, schema), required, options,
            schema.TryGetProperty("default", out var standard) ? DefaultOf(standard) : "", Bound(schema, "minimum"), Bound(schema, "maximum"));
    }

    private static FieldKind KindOf(string name, JsonElement schema) => TypeOf(schema) switch
    {
        "string" => s_longTexts.Contains(name, StringComparer.OrdinalIgnoreCase) ? FieldKind.Text : FieldKind.Line,
        "integer" => FieldKind.Integer,
        "number" => FieldKind.Number,
        "boolean" => FieldKind.Flag,
        "array" when schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Object && TypeOf(items) == "string" => FieldKind.Lines,
        _ => FieldKind.Json,
    };

    // Of several types the first that is not null.
    private static string TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? ""
        : type.ValueKind == JsonValueKind.String ? type.GetString()!
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString() ?? "").FirstOrDefault(one => one != "null") ?? "" : "";

    private static string Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string? Bound(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    private static string DefaultOf(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
        ? string.Join('\n', value.EnumerateArray().Select(item => item.GetString()))
        : AsText(value);

    private static string AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
