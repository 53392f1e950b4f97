using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Api.Rest;

/// <summary>
/// What agents may send and protobuf's JSON writer does not write: members without a name, values that are nothing. Shown with the
/// name <c>_</c> and as null; the message stays as it is.
/// </summary>
internal static class Mended
{
    private const string NoName = "_";

    /// <summary>A copy that can be written.</summary>
    public static IMessage Copy(IMessage message)
    {
        var copy = message.Descriptor.Parser.ParseFrom(message.ToByteString());
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
