using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agents.Hosting.Definitions;

/// <summary>Small changes to a schema.</summary>
internal static class SchemaNodes
{
    /// <summary>Adds null to what is allowed.</summary>
    public static void AllowNull(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonArray several when !several.Any(item => item?.GetValue<string>() == "null"):
                several.Add("null");
                break;
            case JsonValue one when one.GetValue<string>() != "null":
                schema["type"] = new JsonArray(one.GetValue<string>(), "null");
                break;
            case null when !schema.ContainsKey("enum"):
                // No type: null is allowed already.
                return;
        }

        if (schema["enum"] is JsonArray values && !values.Any(item => item is null))
            values.Add(null);
    }

    /// <summary>The data annotations that JSON Schema has words for: Range, Length, MinLength, MaxLength, AllowedValues, RegularExpression.</summary>
    public static void Constrain(JsonObject schema, ICustomAttributeProvider? provider)
    {
        foreach (var attribute in provider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true) ?? [])
        {
            switch (attribute)
            {
                case RangeAttribute range:
                    schema["minimum"] = Number(range.Minimum);
                    schema["maximum"] = Number(range.Maximum);
                    break;
                case LengthAttribute length:
                    SetLength(schema, length.MinimumLength, length.MaximumLength);
                    break;
                case MinLengthAttribute length:
                    SetLength(schema, length.Length, null);
                    break;
                case MaxLengthAttribute length:
                    SetLength(schema, null, length.Length);
                    break;
                case StringLengthAttribute length:
                    SetLength(schema, length.MinimumLength, length.MaximumLength);
                    break;
                case AllowedValuesAttribute allowed:
                    schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value, AgentJson.Options))]);
                    break;
                case RegularExpressionAttribute pattern:
                    schema["pattern"] = $"^(?:{pattern.Pattern})$";
                    break;
            }
        }
    }

    private static JsonValue? Number(object? bound) =>
        JsonValue.Create(Convert.ToDouble(bound, CultureInfo.InvariantCulture));

    private static void SetLength(JsonObject schema, int? least, int? most)
    {
        var isArray = schema.ContainsKey("items");
        if (least is > 0)
            schema[isArray ? "minItems" : "minLength"] = least;
        if (most is not null)
            schema[isArray ? "maxItems" : "maxLength"] = most;
    }
}
