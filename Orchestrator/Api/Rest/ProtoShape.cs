using System.Text.Json;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Planning;
using Orchestrator.Processing;

namespace Orchestrator.Api.Rest;

/// <summary>
/// Holds JSON against a message's descriptor before it is read, so that what is wrong is told by path: unknown fields,
/// and values of another kind.
/// </summary>
internal static class ProtoShape
{
    /// <summary>Checks a message.</summary>
    /// <param name="path">Where it is; empty: the body.</param>
    /// <exception cref="RequestRefusedException">Names the field, the value and the rule.</exception>
    public static void Check(JsonElement value, MessageDescriptor message, string path)
    {
        if (message.FullName == Struct.Descriptor.FullName)
        {
            Kind(value, path, "an object", JsonValueKind.Object);
            return;
        }

        // The other well-known types have forms of their own; the reader knows them.
        if (message.File.Package == "google.protobuf")
            return;
        Kind(value, path, "an object", JsonValueKind.Object);
        var oneofs = new Dictionary<OneofDescriptor, string>();
        foreach (var property in value.EnumerateObject())
        {
            var here = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            var field = message.FindFieldByName(property.Name) ?? throw Unknown(property.Name, here, message);
            if (property.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (field.RealContainingOneof is { } oneof && !oneofs.TryAdd(oneof, property.Name))
                throw Refused(here, $"{oneofs[oneof]} and {here} are both given; only one of {string.Join(", ", oneof.Fields.Select(one => one.Name))} is allowed.");
            Check(property.Value, field, here);
        }
    }

    private static void Check(JsonElement value, FieldDescriptor field, string path)
    {
        if (field.IsMap)
        {
            Kind(value, path, "an object", JsonValueKind.Object);
            foreach (var entry in value.EnumerateObject())
                One(entry.Value, field.MessageType.FindFieldByNumber(2), $"{path}.{entry.Name}");
        }
        else if (field.IsRepeated)
        {
            Kind(value, path, "a list", JsonValueKind.Array);
            var index = 0;
            foreach (var item in value.EnumerateArray())
                One(item, field, $"{path}[{index++}]");
        }
        else
        {
            One(value, field, path);
        }
    }

    private static void One(JsonElement value, FieldDescriptor field, string path)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                Check(value, field.MessageType, path);
                break;
            case FieldType.String or FieldType.Bytes:
                Kind(value, path, "text", JsonValueKind.String);
                break;
            case FieldType.Bool:
                Kind(value, path, "true or false", JsonValueKind.True, JsonValueKind.False);
                break;
            case FieldType.Enum:
                var names = field.EnumType.Values.Select(item => item.Name).ToList();
                if (value.ValueKind != JsonValueKind.String || !names.Contains(value.GetString()!))
                    throw Refused(path, $"{path} is {Shown(value)}; it must be one of {string.Join(", ", names.Skip(1))}.");
                break;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out _))
                    throw Refused(path, $"{path} is {Shown(value)}; it must be a whole number.");
                break;
            case FieldType.Int64 or FieldType.UInt64:
                // A string too: 64 bits do not fit into every client's numbers.
                Kind(value, path, "a whole number", JsonValueKind.Number, JsonValueKind.String);
                break;
            default:
                Kind(value, path, "a number", JsonValueKind.Number);
                break;
        }
    }

    private static void Kind(JsonElement value, string path, string expected, params ReadOnlySpan<JsonValueKind> allowed)
    {
        if (!allowed.Contains(value.ValueKind))
            throw Refused(path.Length == 0 ? "body" : path, $"{(path.Length == 0 ? "The body" : path)} is {Shown(value)}; it must be {expected}.");
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText() is { Length: > 80 } text ? text[..80] + "…" : value.GetRawText(),
    };

    private static RequestRefusedException Unknown(string name, string path, MessageDescriptor message)
    {
        var names = message.Fields.InDeclarationOrder().Select(field => field.Name).ToList();
        var inSnakeCase = message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name)?.Name;
        var rest = (inSnakeCase ?? Suggestions.Nearest(name, names)) is { } nearest
            ? $"did you mean '{nearest}'?"
            : $"the fields here are {string.Join(", ", names)}.";
        return new RequestRefusedException(StatusCode.InvalidArgument, "UNKNOWN_FIELD", $"'{path}' is not known; {rest}", path);
    }

    private static RequestRefusedException Refused(string field, string message) =>
        new(StatusCode.InvalidArgument, "INVALID_INPUT", message, field);
}
