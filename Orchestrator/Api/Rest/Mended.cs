using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Api.Rest;

/// <summary>
/// What agents may send and protobuf's JSON writer does not write: members without a name, values that are nothing, times that
/// are none. Shown with the name <c>_</c>, as null, and as the nearest time; the message stays as it is.
/// </summary>
internal static class Mended
{
    private const string NoName = "_";
    private const int MaxDepth = 1000;

    // The years 1 to 9999.
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const int LastNano = 999_999_999;

    /// <summary>A copy that can be written.</summary>
    public static IMessage Copy(IMessage message)
    {
        // What came nested as deep as the wire allows is nested deeper here, in what tells of it.
        using var bytes = new MemoryStream(message.ToByteArray());
        using var input = CodedInputStream.CreateWithLimits(bytes, int.MaxValue, MaxDepth);
        var copy = message.Descriptor.Parser.ParseFrom(input);
        Mend(copy);
        return copy;
    }

    private static void Mend(IMessage message)
    {
        switch (message)
        {
            case Struct { Fields: var fields } when fields.Remove("", out var nameless):
                var name = NoName;
                while (fields.ContainsKey(name))
                    name += NoName;
                fields[name] = nameless;
                break;
            case Value { KindCase: Value.KindOneofCase.None } nothing:
                nothing.NullValue = NullValue.NullValue;
                return;
            case Timestamp time:
                (time.Seconds, time.Nanos) = (Math.Clamp(time.Seconds, FirstSecond, LastSecond), Math.Clamp(time.Nanos, 0, LastNano));
                return;
            case Duration duration:
                duration.Seconds = Math.Clamp(duration.Seconds, -Duration.MaxSeconds, Duration.MaxSeconds);
                duration.Nanos = Math.Clamp(duration.Nanos, duration.Seconds > 0 ? 0 : -LastNano, duration.Seconds < 0 ? 0 : LastNano);
                return;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
        {
            var inner = field.Accessor.GetValue(message) switch
            {
                IDictionary map => map.Values,
                IList list => list,
                { } one => new[] { one },
                null => Array.Empty<object>(),
            };
            foreach (var part in inner.OfType<IMessage>())
                Mend(part);
        }
    }
}
