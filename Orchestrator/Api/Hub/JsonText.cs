using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Orchestrator.Api.Rest;

namespace Orchestrator.Api.Hub;

/// <summary>JSON that is there already: it is copied into a message as it stands.</summary>
/// <param name="Utf8">One JSON value.</param>
[JsonConverter(typeof(Converter))]
internal sealed record JsonText(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>A message, as REST shows it.</summary>
    public static JsonText Of(IMessage message) => new(Encoding.UTF8.GetBytes(ProtoBody.ToJson(message)));

    internal sealed class Converter : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
