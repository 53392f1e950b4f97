using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Runs;

/// <summary>Small readings of protobuf's JSON values.</summary>
internal static class Values
{
    /// <summary>The JSON null.</summary>
    public static Value Null { get; } = Value.ForNull();

    /// <summary>Follows a path of names and <c>[n]</c>; null where it leads nowhere.</summary>
    public static Value Follow(Value value, ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (value.KindCase == Value.KindOneofCase.StructValue && value.StructValue.Fields.TryGetValue(step, out var field))
            {
                value = field;
            }
            else if (value.KindCase == Value.KindOneofCase.ListValue
                && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < value.ListValue.Values.Count)
            {
                value = value.ListValue.Values[index];
            }
            else
            {
                return Null;
            }
        }

        return value;
    }

    /// <summary>Whether a value counts as true: not null, false, 0, empty text, empty list or empty object.</summary>
    public static bool IsTruthy(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.BoolValue => value.BoolValue,
        Value.KindOneofCase.NumberValue => value.NumberValue != 0,
        Value.KindOneofCase.StringValue => value.StringValue.Length > 0,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Count > 0,
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Count > 0,
        _ => false,
    };

    /// <summary>Items of a list, fields of an object, characters of a text; otherwise 0.</summary>
    public static int Length(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue.Length,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Count,
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Count,
        _ => 0,
    };

    /// <summary>The value inside a text: texts as they are, numbers without exponent where they are whole, others as JSON.</summary>
    public static string ToText(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => value.NumberValue.ToString("R", CultureInfo.InvariantCulture),
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.StructValue or Value.KindOneofCase.ListValue => value.ToString(),
        _ => "",
    };

    /// <summary>A number field of an object; null when it is absent or no number.</summary>
    public static double? Number(Struct from, string name) =>
        from.Fields.TryGetValue(name, out var value) && value.KindCase == Value.KindOneofCase.NumberValue ? value.NumberValue : null;

    /// <summary>The items of a list field as texts; none when it is absent or no list.</summary>
    public static IEnumerable<string> Texts(Struct from, string name) =>
        from.Fields.TryGetValue(name, out var list) && list.KindCase == Value.KindOneofCase.ListValue ? list.ListValue.Values.Select(ToText) : [];

    /// <summary>A text field of an object; empty when it is absent or no text.</summary>
    public static string Text(Struct from, string name) =>
        from.Fields.TryGetValue(name, out var value) && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : "";
}
