using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json.Linq;

namespace Orchestrator.Contracts;

/// <summary>
/// Knows of most values that they are valid, without turning them into JSON first: every task's input and output is
/// checked, and nearly all are right. What it does not accept is for the validator to judge, and to describe.
/// </summary>
internal sealed class SchemaShape
{
    // Up to here every whole number is one for the validator as well.
    private const double MaxWhole = 9_007_199_254_740_992;

    private readonly HashSet<string>? _types;
    private readonly string[] _required;
    private readonly Dictionary<string, SchemaShape> _properties = new(StringComparer.Ordinal);
    private readonly SchemaShape? _others;
    private readonly bool _othersAllowed = true;
    private readonly SchemaShape? _items;
    private readonly (double Min, double Max, double Above, double Below) _number;
    private readonly (int Min, int Max) _length;
    private readonly (int Min, int Max) _count;
    private readonly HashSet<string>? _texts;

    private SchemaShape(JObject schema)
    {
        _types = schema["type"] switch
        {
            null => null,
            JArray several => [.. several.Select(type => type.Value<string>()!)],
            var one => [one.Value<string>()!],
        };
        _required = [.. (schema["required"] as JArray ?? []).Select(name => name.Value<string>()!)];
        _number = (
            schema.Value<double?>("minimum") ?? double.NegativeInfinity, schema.Value<double?>("maximum") ?? double.PositiveInfinity,
            schema.Value<double?>("exclusiveMinimum") ?? double.NegativeInfinity, schema.Value<double?>("exclusiveMaximum") ?? double.PositiveInfinity);
        _length = (schema.Value<int?>("minLength") ?? 0, schema.Value<int?>("maxLength") ?? int.MaxValue);
        _count = (schema.Value<int?>("minItems") ?? 0, schema.Value<int?>("maxItems") ?? int.MaxValue);
        _texts = schema["enum"] is JArray allowed ? [.. allowed.Select(value => value.Value<string>()!)] : null;
        _items = schema["items"] is JObject items ? new SchemaShape(items) : null;
        _others = schema["additionalProperties"] is JObject others ? new SchemaShape(others) : null;
        _othersAllowed = schema["additionalProperties"] is not JValue { Value: false };
        foreach (var (name, property) in schema["properties"] as JObject ?? [])
        {
            _properties[name] = new SchemaShape((JObject)property!);
        }
    }

    /// <summary>The shape of a schema as <see cref="SchemaText"/> gives it.</summary>
    /// <returns>Null: it has rules that are not known here.</returns>
    public static SchemaShape? Of(JObject schema) => IsKnown(schema) ? new SchemaShape(schema) : null;

    /// <summary>Whether the value is valid for certain.</summary>
    public bool Accepts(Struct value) => Has("object") && AcceptsFields(value);

    private bool Accepts(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StructValue => Has("object") && _texts is null && AcceptsFields(value.StructValue),
        Value.KindOneofCase.ListValue => Has("array") && _texts is null && AcceptsItems(value.ListValue),
        Value.KindOneofCase.StringValue => Has("string") && AcceptsText(value.StringValue),
        Value.KindOneofCase.NumberValue => _texts is null && AcceptsNumber(value.NumberValue),
        Value.KindOneofCase.BoolValue => Has("boolean") && _texts is null,
        Value.KindOneofCase.NullValue => Has("null") && _texts is null,
        _ => false,
    };

    private bool Has(string type) => _types is null || _types.Contains(type);

    private bool AcceptsFields(Struct value)
    {
        foreach (var name in _required)
        {
            if (!value.Fields.ContainsKey(name))
            {
                return false;
            }
        }

        foreach (var (name, field) in value.Fields)
        {
            if (_properties.TryGetValue(name, out var property) ? !property.Accepts(field) : !_othersAllowed || _others?.Accepts(field) == false)
            {
                return false;
            }
        }

        return true;
    }

    private bool AcceptsItems(ListValue list)
    {
        if (list.Values.Count < _count.Min || list.Values.Count > _count.Max)
        {
            return false;
        }

        if (_items is not null)
        {
            foreach (var item in list.Values)
            {
                if (!_items.Accepts(item))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool AcceptsNumber(double number) =>
        (Has("number") || (Has("integer") && Math.Floor(number) == number && Math.Abs(number) < MaxWhole))
        && number >= _number.Min && number <= _number.Max && number > _number.Above && number < _number.Below;

    // What counts as one character beyond the basic plane is left to the validator.
    private bool AcceptsText(string text) =>
        text.Length >= _length.Min && text.Length <= _length.Max && _texts?.Contains(text) != false
        && ((_length.Min == 0 && _length.Max == int.MaxValue) || !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'));

    private static bool IsKnown(JObject schema)
    {
        foreach (var (keyword, value) in schema)
        {
            var known = keyword switch
            {
                "type" or "required" or "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum"
                    or "minLength" or "maxLength" or "minItems" or "maxItems" => true,
                "$schema" or "$id" or "$comment" or "title" or "description" or "default" or "examples" or "deprecated" or "readOnly" or "writeOnly" => true,
                "enum" => value is JArray texts && texts.All(text => text.Type == JTokenType.String),
                "properties" => value is JObject properties && properties.PropertyValues().All(property => property is JObject inner && IsKnown(inner)),
                "items" => value is JObject items && IsKnown(items),
                "additionalProperties" => value is JValue { Type: JTokenType.Boolean } || (value is JObject others && IsKnown(others)),
                _ => keyword.StartsWith("x-", StringComparison.Ordinal) && keyword != "x-nullable",
            };
            if (!known)
            {
                return false;
            }
        }

        return true;
    }
}
