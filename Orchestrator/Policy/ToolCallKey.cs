using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Policy;

/// <summary>Which call it is: the same tool with the same arguments has the same hash, in whatever order they came.</summary>
internal static class ToolCallKey
{
    private const int ShownCharacters = 500;

    public static ByteString Of(string tool, Struct? arguments)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            json.WriteStringValue(tool);
            Write(json, Value.ForStruct(arguments ?? new Struct()));
            json.WriteEndArray();
        }

        return ByteString.CopyFrom(SHA256.HashData(text.GetBuffer().AsSpan(0, (int)text.Length)));
    }

    /// <summary>The arguments as a person is shown them: long texts cut.</summary>
    public static Struct Shorten(Struct? arguments)
    {
        var shown = new Struct();
        foreach (var (name, value) in arguments?.Fields ?? [])
        {
            shown.Fields[name] = value.KindCase == Value.KindOneofCase.StringValue && value.StringValue.Length > ShownCharacters
                ? Value.ForString(string.Concat(value.StringValue.AsSpan(0, ShownCharacters), "…"))
                : value;
        }

        return shown;
    }

    private static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                json.WriteStartObject();
                foreach (var (name, field) in value.StructValue.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    Write(json, field);
                }

                json.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                json.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.NumberValue:
                json.WriteStringValue($"number {value.NumberValue}");
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
