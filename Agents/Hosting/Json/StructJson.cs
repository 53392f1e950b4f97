using System.Buffers;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting;

/// <summary>Between <see cref="Struct"/> and JSON text, without going through either side's object model twice.</summary>
internal static class StructJson
{
    /// <summary>Objects and arrays within each other. Protobuf parsers stop at 100 messages, and an object costs three.</summary>
    public const int MaxDepth = 30;

    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? s_rented;

    public static T? ToObject<T>(Struct? value, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts)
    {
        if (typeof(T) == typeof(Struct))
            return (T)(object)(value ?? new Struct());

        if (value is null || value.Fields.Count == 0)
            return JsonSerializer.Deserialize<T>("{}"u8, AgentJson.Options);

        var (buffer, writer) = Rent();
        Write(writer, value, artifacts, top: true);
        writer.Flush();
        return Return(buffer, writer, JsonSerializer.Deserialize<T>(buffer.WrittenSpan, AgentJson.Options));
    }

    public static Struct FromObject<T>(T value)
    {
        if (value is Struct already)
            return already;

        var (buffer, writer) = Rent();
        JsonSerializer.Serialize(writer, value, AgentJson.Options);
        writer.Flush();
        return Return(buffer, writer, Parse(buffer.WrittenSpan));
    }

    public static Value FromAny<T>(T value)
    {
        var (buffer, writer) = Rent();
        JsonSerializer.Serialize(writer, value, AgentJson.Options);
        writer.Flush();
        var reader = new Utf8JsonReader(buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return Return(buffer, writer, ReadValue(ref reader));
    }

    public static T? ToAny<T>(Value value)
    {
        var (buffer, writer) = Rent();
        Write(writer, value, artifacts: null);
        writer.Flush();
        return Return(buffer, writer, JsonSerializer.Deserialize<T>(buffer.WrittenSpan, AgentJson.Options));
    }

    public static Struct Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return reader.TokenType == JsonTokenType.StartObject
            ? ReadStruct(ref reader)
            : throw new JsonException($"Expected a JSON object, found {reader.TokenType}.");
    }

    public static void Write(Utf8JsonWriter writer, Struct value, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts, bool top = false)
    {
        writer.WriteStartObject();
        foreach (var (name, field) in value.Fields)
        {
            // At the top, null is the same as absent: a playbook passes on inputs that were not given.
            if (top && field.KindCase is Value.KindOneofCase.NullValue or Value.KindOneofCase.None)
                continue;

            writer.WritePropertyName(name);
            Write(writer, field, artifacts);
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Value value, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                writer.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                writer.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.NumberValue:
                WriteNumber(writer, value.NumberValue);
                break;
            case Value.KindOneofCase.StructValue when artifacts is not null && ArtifactValue.TryRead(value.StructValue, out var reference) && artifacts.TryGetValue(reference, out var element):
                element.WriteTo(writer);
                break;
            case Value.KindOneofCase.StructValue:
                Write(writer, value.StructValue, artifacts);
                break;
            case Value.KindOneofCase.ListValue:
                writer.WriteStartArray();
                foreach (var item in value.ListValue.Values)
                    Write(writer, item, artifacts);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, double number)
    {
        // Every number of a Struct is a double; whole ones must stay readable as integers, also beyond 1E+15.
        if (Math.Abs(number) < 9e15 && Math.Floor(number) == number)
            writer.WriteNumberValue((long)number);
        else if (double.IsFinite(number))
            writer.WriteNumberValue(number);
        else
            writer.WriteNullValue();
    }

    private static Struct ReadStruct(ref Utf8JsonReader reader)
    {
        var result = new Struct();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            result.Fields[name] = ReadValue(ref reader);
        }

        return result;
    }

    private static Value ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Value.ForString(reader.GetString());
            case JsonTokenType.Number:
                return Value.ForNumber(reader.GetDouble());
            case JsonTokenType.True:
                return Value.ForBool(true);
            case JsonTokenType.False:
                return Value.ForBool(false);
            case JsonTokenType.StartObject:
                return Value.ForStruct(ReadStruct(ref reader));
            case JsonTokenType.StartArray:
                var list = new ListValue();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Values.Add(ReadValue(ref reader));
                return new Value { ListValue = list };
            default:
                return Value.ForNull();
        }
    }

    // One buffer a thread, out of reach while it is in use: a record's own code may come back here.
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Rent()
    {
        if (s_rented is not { } rented)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = AgentJson.Options.Encoder, SkipValidation = true }));
        }

        s_rented = null;
        rented.Buffer.ResetWrittenCount();
        rented.Writer.Reset();
        return rented;
    }

    private static T Return<T>(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer, T result)
    {
        if (buffer.Capacity <= KeptBytes)
            s_rented = (buffer, writer);
        return result;
    }
}
