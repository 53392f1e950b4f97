using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agents.Hosting.Definitions;

/// <summary>The part of JSON Schema that <see cref="SchemaDerivation"/> writes, checked, with messages for people.</summary>
internal sealed class SchemaCheck(JsonObject root, List<string> problems)
{
    private const int ShownCharacters = 60;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);

    public void Check(JsonNode? schema, JsonElement value, string path)
    {
        if (schema is not JsonObject rules)
            return;

        if (rules["$ref"]?.GetValue<string>() is { } pointer)
        {
            Check(Resolve(pointer), value, path);
            return;
        }

        if (rules["anyOf"] is JsonArray choices && !choices.Any(choice => Fits(choice, value)))
            problems.Add($"{Name(path)}: {Show(value)} has none of the allowed forms");

        if (!HasType(rules["type"], value))
        {
            problems.Add($"{Name(path)}: {Show(value)} is not {Types(rules["type"]!)}");
            return;
        }

        if (rules["enum"] is JsonArray allowed && !allowed.Any(item => Same(item, value)))
            problems.Add($"{Name(path)}: {Show(value)} is not one of {string.Join(", ", allowed.Select(item => item?.ToJsonString(AgentJson.Options) ?? "null"))}");

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(rules, value, path);
                break;
            case JsonValueKind.Array:
                CheckArray(rules, value, path);
                break;
            case JsonValueKind.Number:
                CheckNumber(rules, value, path);
                break;
            case JsonValueKind.String:
                CheckText(rules, value, path);
                break;
        }
    }

    private void CheckObject(JsonObject rules, JsonElement value, string path)
    {
        if (rules["required"] is JsonArray required)
        {
            foreach (var name in required.Select(item => item!.GetValue<string>()).Where(name => !value.TryGetProperty(name, out _)))
                problems.Add($"{Join(path, name)} is missing; it is required");
        }

        var properties = rules["properties"] as JsonObject;
        foreach (var field in value.EnumerateObject())
        {
            var fieldPath = Join(path, field.Name);
            if (properties is not null && properties.TryGetPropertyValue(field.Name, out var known))
                Check(known, field.Value, fieldPath);
            else if (rules["additionalProperties"] is JsonObject others)
                Check(others, field.Value, fieldPath);
            else if (rules["additionalProperties"] is JsonValue allowed && allowed.TryGetValue<bool>(out var any) && !any)
                problems.Add($"{fieldPath} is not known; known are {string.Join(", ", properties?.Select(property => property.Key) ?? [])}");
        }
    }

    private void CheckArray(JsonObject rules, JsonElement value, string path)
    {
        var length = value.GetArrayLength();
        Limit(rules, "minItems", length, path, (limit, found) => found < limit ? $"has {found} items; at least {limit} are needed" : null);
        Limit(rules, "maxItems", length, path, (limit, found) => found > limit ? $"has {found} items; at most {limit} are allowed" : null);
        if (rules["items"] is not { } items)
            return;

        var index = 0;
        foreach (var item in value.EnumerateArray())
            Check(items, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"));
    }

    private void CheckNumber(JsonObject rules, JsonElement value, string path)
    {
        var number = value.GetDouble();
        Limit(rules, "minimum", number, path, (limit, found) => found < limit ? $"{found} is less than {limit}" : null);
        Limit(rules, "maximum", number, path, (limit, found) => found > limit ? $"{found} is more than {limit}" : null);
    }

    private void CheckText(JsonObject rules, JsonElement value, string path)
    {
        var text = value.GetString()!;
        Limit(rules, "minLength", text.Length, path, (limit, found) => found < limit ? $"{Show(value)} has {found} characters; at least {limit} are needed" : null);
        Limit(rules, "maxLength", text.Length, path, (limit, found) => found > limit ? $"has {found} characters; at most {limit} are allowed" : null);
        if (rules["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, PatternTime))
            problems.Add($"{Name(path)}: {Show(value)} does not match {pattern}");
    }

    private void Limit(JsonObject rules, string rule, double found, string path, Func<double, double, string?> judge)
    {
        if (rules[rule] is JsonValue limit && judge(double.Parse(limit.ToJsonString(), CultureInfo.InvariantCulture), found) is { } problem)
            problems.Add($"{Name(path)}: {problem}");
    }

    private bool Fits(JsonNode? schema, JsonElement value)
    {
        var found = new List<string>();
        new SchemaCheck(root, found).Check(schema, value, "");
        return found.Count == 0;
    }

    // References are written as `#/properties/items/items`.
    private JsonNode? Resolve(string pointer)
    {
        JsonNode? node = root;
        foreach (var part in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node is JsonArray array ? array[int.Parse(part, CultureInfo.InvariantCulture)] : node?[part.Replace("~1", "/").Replace("~0", "~")];
        return node;
    }

    private static bool HasType(JsonNode? type, JsonElement value) => type switch
    {
        JsonArray several => several.Any(one => HasType(one, value)),
        JsonValue one => one.GetValue<string>() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        },
        _ => true,
    };

    private static string Types(JsonNode type) => type is JsonArray several
        ? string.Join(" or ", several.Select(one => Article(one!.GetValue<string>())))
        : Article(type.GetValue<string>());

    private static string Article(string type) => type switch
    {
        "null" => "null",
        "object" or "array" or "integer" => $"an {type}",
        _ => $"a {type}",
    };

    private static bool Same(JsonNode? allowed, JsonElement value) => allowed is null
        ? value.ValueKind == JsonValueKind.Null
        : JsonElement.DeepEquals(JsonSerializer.SerializeToElement(allowed), value);

    private static string Show(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            _ => value.GetRawText(),
        };
        return text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…");
    }

    private static string Name(string path) => path.Length == 0 ? "the input" : path;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
