using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting;

/// <summary>The one way in which agents' records become JSON and back: snake_case, unknown fields refused, nulls left out.</summary>
public static class AgentJson
{
    /// <summary>
    /// The settings. A property or parameter without a default is required unless it may be null. Put
    /// <c>[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]</c> on a record that takes other agents' outputs
    /// and shall ignore fields that it does not know.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>A record as a protocol value.</summary>
    /// <typeparam name="T">A type whose JSON is an object.</typeparam>
    /// <param name="value">The record.</param>
    /// <returns>The same as a struct.</returns>
    /// <exception cref="JsonException">Its JSON is not an object, too deep, or has null where the type says there is none.</exception>
    public static Struct ToStruct<T>(T value) => StructJson.FromObject(value);

    /// <summary>A protocol value as a record.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="value">The struct. Null is as good as an empty one.</param>
    /// <returns>The record.</returns>
    /// <exception cref="JsonException">It does not fit the type.</exception>
    public static T FromStruct<T>(Struct? value) => StructJson.ToObject<T>(value, artifacts: null)
        ?? throw new JsonException("The value is null.");

    /// <summary>Any value as a protocol value.</summary>
    /// <typeparam name="T">A record, list or plain value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The same for the wire.</returns>
    public static Value ToValue<T>(T value) => StructJson.FromAny(value);

    /// <summary>A protocol value as what it was.</summary>
    /// <typeparam name="T">A record, list or plain value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>Null: the value is null.</returns>
    /// <exception cref="JsonException">It does not fit the type.</exception>
    public static T? FromValue<T>(Value value) => StructJson.ToAny<T>(value);

    private static JsonSerializerOptions Create()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(MakeNullablesOptional);
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
            TypeInfoResolver = resolver,
        };
        options.MakeReadOnly();
        return options;
    }

    // Absent and null mean the same to the protocol, so what may be null may be absent.
    private static void MakeNullablesOptional(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;

        foreach (var property in type.Properties)
        {
            if (property.IsRequired && property.IsSetNullable && (!property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null))
                property.IsRequired = false;
        }
    }
}
