using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Orchestrator.Contracts;

/// <summary>
/// Reads the text of a JSON Schema and rewrites it to what the validator implements. The validator ignores what it
/// does not know; here such a keyword is an error, so that no rule is silently without effect. References outside
/// the document are refused: a schema comes from an agent or a file and must not make us fetch anything.
/// </summary>
internal sealed class SchemaText
{
    private static readonly HashSet<string> s_types =
        ["object", "array", "string", "integer", "number", "boolean", "null"];

    private static readonly HashSet<string> s_schemaMaps = ["properties", "definitions", "$defs"];
    private static readonly HashSet<string> s_schemaLists = ["anyOf", "oneOf", "allOf"];
    private static readonly HashSet<string> s_schemas = ["items", "additionalProperties", "not"];

    private static readonly HashSet<string> s_counts =
        ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

    private static readonly HashSet<string> s_numbers =
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

    // Say nothing about which values are valid.
    private static readonly HashSet<string> s_annotations =
    [
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly",
    ];

    private readonly List<SchemaPattern> _patterns = [];

    /// <summary>The schema as the validator can read it.</summary>
    public JObject Schema { get; private set; } = [];

    /// <summary>The patterns in it.</summary>
    public IReadOnlyList<SchemaPattern> Patterns => _patterns;

    /// <summary>Reads a schema. Errors name the place and the rule.</summary>
    /// <exception cref="InvalidJsonSchemaException">It cannot be used.</exception>
    public static SchemaText Read(string json)
    {
        JToken root;
        try
        {
            using var reader = new JsonTextReader(new StringReader(json))
            {
                DateParseHandling = DateParseHandling.None,
                MaxDepth = ProtoJson.MaxDepth,
            };
            root = JToken.ReadFrom(reader);
        }
        catch (JsonException failure)
        {
            throw new InvalidJsonSchemaException($"The schema is not JSON: {failure.Message}", failure);
        }

        var text = new SchemaText();
        text.Schema = text.Rewrite(root, root, "#");
        return text;
    }

    private JObject Rewrite(JToken schema, JToken root, string path)
    {
        if (schema.Type == JTokenType.Boolean)
            return schema.Value<bool>() ? [] : new JObject { ["not"] = new JObject() };
        if (schema is not JObject fields)
            throw Bad(path, $"a schema is an object or a boolean, this is {Kind(schema)}");

        var result = new JObject();
        var patterns = new JArray();
        foreach (var (keyword, value) in fields)
        {
            var here = $"{path}/{keyword}";
            if (s_schemaMaps.Contains(keyword))
                result[keyword == "$defs" ? "definitions" : keyword] = SchemaMap(value!, root, here);
            else if (s_schemaLists.Contains(keyword))
                result[keyword] = SchemaList(value!, root, here);
            else if (s_schemas.Contains(keyword))
                result[keyword] = value!.Type == JTokenType.Boolean && keyword == "additionalProperties"
                    ? value
                    : Rewrite(value, root, here);
            else if (keyword == "const")
                result["enum"] = new JArray(value!.DeepClone());
            else if (keyword == "pattern")
                patterns.Add(new JObject { ["format"] = Pattern(Text(value!, here), here) });
            else
                result[keyword] = Simple(keyword, value!, root, here);
        }

        if (patterns.Count > 0)
            result["allOf"] = result["allOf"] is JArray all ? new JArray(all.Concat(patterns)) : patterns;
        return result;
    }

    private JObject SchemaMap(JToken value, JToken root, string path)
    {
        if (value is not JObject map)
            throw Bad(path, $"an object of schemas is expected, this is {Kind(value)}");
        var result = new JObject();
        foreach (var (name, schema) in map)
            result[name] = Rewrite(schema!, root, $"{path}/{name}");
        return result;
    }

    private JArray SchemaList(JToken value, JToken root, string path) =>
        value is JArray { Count: > 0 } list
            ? new JArray(list.Select((schema, index) => Rewrite(schema, root, $"{path}/{index}")))
            : throw Bad(path, "a list of at least one schema is expected");

    private static JToken Simple(string keyword, JToken value, JToken root, string path)
    {
        switch (keyword)
        {
            case "type":
                var types = value is JArray many ? many.ToList() : [value];
                foreach (var type in types.Where(type => type.Type != JTokenType.String || !s_types.Contains(type.Value<string>()!)))
                    throw Bad(path, $"'{type}' is no type; the types are {string.Join(", ", s_types)}");
                break;
            case "required":
                if (value is not JArray required || required.Any(name => name.Type != JTokenType.String))
                    throw Bad(path, "a list of property names is expected");
                break;
            case "enum":
                if (value is not JArray { Count: > 0 })
                    throw Bad(path, "a list of at least one value is expected");
                break;
            case "format":
                Text(value, path);
                break;
            case "uniqueItems":
                if (value.Type != JTokenType.Boolean)
                    throw Bad(path, "true or false is expected");
                break;
            case "$ref":
                return Reference(Text(value, path), root, path);
            default:
                if (s_counts.Contains(keyword))
                {
                    if (value.Type != JTokenType.Integer || value.Value<long>() is < 0 or > int.MaxValue)
                        throw Bad(path, $"a whole number from 0 is expected, this is {value.ToString(Formatting.None)}");
                }
                else if (s_numbers.Contains(keyword))
                {
                    if (value.Type is not (JTokenType.Integer or JTokenType.Float))
                        throw Bad(path, $"a number is expected, this is {value.ToString(Formatting.None)}");
                }
                else if (!s_annotations.Contains(keyword) && !keyword.StartsWith("x-", StringComparison.Ordinal))
                {
                    throw Bad(path, $"the keyword '{keyword}' is not supported here, so the rule would have no effect");
                }

                break;
        }

        return value.DeepClone();
    }

    private static JValue Reference(string reference, JToken root, string path)
    {
        if (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal))
            throw Bad(path, $"'{reference}' is outside the document; a reference begins with '#/'");
        var target = root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            target = target is JArray list && int.TryParse(part, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < list.Count
                ? list[index]
                : (target as JObject)?[part.Replace("~1", "/").Replace("~0", "~")];
            if (target is null)
                throw Bad(path, $"'{reference}' does not exist in the document");
        }

        return new JValue(reference.Replace("/$defs/", "/definitions/"));
    }

    private string Pattern(string pattern, string path)
    {
        try
        {
            var check = new SchemaPattern(pattern, _patterns.Count);
            _patterns.Add(check);
            return check.Format;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new InvalidJsonSchemaException($"{path}: '{pattern}' is no usable pattern: {failure.Message}", failure);
        }
    }

    private static string Text(JToken value, string path) =>
        value.Type == JTokenType.String ? value.Value<string>()! : throw Bad(path, $"text is expected, this is {Kind(value)}");

    private static string Kind(JToken value) => value.Type.ToString().ToLowerInvariant();

    private static InvalidJsonSchemaException Bad(string path, string rule) => new($"{path}: {rule}.");
}
