using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Orchestrator.Contracts;

/// <summary>
/// Between protobuf's <see cref="Struct"/> and <see cref="Value"/> and the two JSON libraries. A number without a
/// fraction, small enough to be exact, becomes an integer, so that 3.0 on the wire is 3 in JSON.
/// </summary>
internal static class ProtoJson
{
    /// <summary>Deeper values are refused when text is read.</summary>
    public const int MaxDepth = 64;

    // Above this a double no longer tells neighbouring integers apart.
    private const double MaxExact = 9007199254740992;

    public static JObject ToToken(Struct value)
    {
        var result = new JObject();
        foreach (var (key, field) in value.Fields)
            result[key] = ToToken(field);
        return result;
    }

    public static JToken ToToken(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => new JValue(value.StringValue),
        Value.KindOneofCase.NumberValue => IsExactInteger(value.NumberValue)
            ? new JValue((long)value.NumberValue)
            : new JValue(value.NumberValue),
        Value.KindOneofCase.BoolValue => new JValue(value.BoolValue),
        Value.KindOneofCase.StructValue => ToToken(value.StructValue),
        Value.KindOneofCase.ListValue => new JArray(value.ListValue.Values.Select(ToToken)),
        _ => JValue.CreateNull(),
    };

    public static Struct ToStruct(JObject value)
    {
        var result = new Struct();
        foreach (var (key, field) in value)
            result.Fields[key] = ToValue(field);
        return result;
    }

    public static Value ToValue(JToken? value)
    {
        switch (value?.Type)
        {
            case JTokenType.Object:
                return Value.ForStruct(ToStruct((JObject)value));
            case JTokenType.Array:
                return Value.ForList([.. value.Select(ToValue)]);
            case JTokenType.Integer:
            case JTokenType.Float:
                return Value.ForNumber(value.Value<double>());
            case JTokenType.Boolean:
                return Value.ForBool(value.Value<bool>());
            case null:
            case JTokenType.Null:
            case JTokenType.Undefined:
                return Value.ForNull();
            default:
                return Value.ForString(value.Value<string>() ?? "");
        }
    }

    public static Struct ToStruct(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"Expected a JSON object, got {value.ValueKind}.", nameof(value));
        var result = new Struct();
        foreach (var field in value.EnumerateObject())
            result.Fields[field.Name] = ToValue(field.Value);
        return result;
    }

    public static Value ToValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Value.ForStruct(ToStruct(value)),
        JsonValueKind.Array => Value.ForList([.. value.EnumerateArray().Select(ToValue)]),
        JsonValueKind.String => Value.ForString(value.GetString()!),
        JsonValueKind.Number => Value.ForNumber(value.GetDouble()),
        JsonValueKind.True => Value.ForBool(true),
        JsonValueKind.False => Value.ForBool(false),
        _ => Value.ForNull(),
    };

    /// <summary>Reads a JSON object. Text that is none is a <see cref="System.Text.Json.JsonException"/> that tells the position.</summary>
    public static Struct ParseStruct(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? ToStruct(document.RootElement)
            : throw new System.Text.Json.JsonException($"Expected a JSON object, got {document.RootElement.ValueKind}.");
    }

    public static string ToText(Struct value) => ToToken(value).ToString(Formatting.None);

    public static string ToText(Value value) => ToToken(value).ToString(Formatting.None);

    private static bool IsExactInteger(double number) =>
        Math.Abs(number) <= MaxExact && Math.Truncate(number).Equals(number);
}
