using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;

namespace Orchestrator.Api;

/// <summary>The bounds of single values.</summary>
internal static partial class RequestLimits
{
    private static void RunId(string id)
    {
        if (id.Length == 0)
            throw Refused("run_id", "run_id is missing; it is required.");
        Text(id, "run_id", MaxName);
    }

    private static void RequestId(string id) => Text(id, "request_id", MaxRequestId);

    private static void Words(string text, string field)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Refused(field, "EMPTY_REQUEST", $"{field} is empty; say what is wanted.");
        if (Encoding.UTF8.GetByteCount(text) is > MaxTextBytes and var bytes)
            throw TooLarge(field, $"{field} has {bytes} bytes of UTF-8; at most {MaxTextBytes} are allowed. Large material belongs into the workspace.");
        NoControls(text, field, multiLine: true);
    }

    private static void Several(RepeatedField<string>? texts, string field, int maxItems, int maxLength)
    {
        if (texts is null)
            return;
        if (texts.Count > maxItems)
            throw Refused(field, $"{field} has {texts.Count} items; at most {maxItems} are allowed.");
        for (var i = 0; i < texts.Count; i++)
            Text(texts[i], $"{field}[{i}]", maxLength, multiLine: true);
    }

    private static void Text(string text, string field, int maxLength, bool multiLine = false)
    {
        if (text.Length > maxLength)
            throw Refused(field, $"{field} has {text.Length} characters; at most {maxLength} are allowed.");
        NoControls(text, field, multiLine);
    }

    private static void NoControls(string text, string field, bool multiLine)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && !(multiLine && text[i] is '\n' or '\r' or '\t'))
                throw Refused(field, $"{field} holds the control character U+{(int)text[i]:X4} at position {i}; none are allowed{(multiLine ? " but line breaks and tabs" : "")}.");
        }
    }

    private static void Labels(MapField<string, string> labels)
    {
        if (labels.Count > MaxLabels)
            throw Refused("labels", $"labels has {labels.Count} entries; at most {MaxLabels} are allowed.");
        foreach (var (key, value) in labels)
        {
            if (key.Length == 0)
                throw Refused("labels", "labels has an empty key; a key must have at least 1 character.");
            Text(key, "labels", MaxLabel);
            Text(value, $"labels.{key}", MaxLabel);
        }
    }

    private static void Data(Struct? data, string field)
    {
        if (data is null)
            return;
        var values = 0;
        Data(Value.ForStruct(data), field, 0, ref values);
    }

    private static void Data(Value value, string field, int depth, ref int values)
    {
        if (depth > MaxDepth)
            throw Refused(field, $"{field} is nested deeper than {MaxDepth} levels.");
        if (++values > MaxValues)
            throw Refused(field, $"{field} makes more than {MaxValues} values.");
        switch (value.KindCase)
        {
            case Value.KindOneofCase.None:
                throw Refused(field, $"{field} is a value that is nothing; leave it out, or make it null.");
            case Value.KindOneofCase.NumberValue when !double.IsFinite(value.NumberValue):
                throw Refused(field, $"{field} is {value.NumberValue}; it must be a finite number.");
            case Value.KindOneofCase.ListValue:
                for (var i = 0; i < value.ListValue.Values.Count; i++)
                    Data(value.ListValue.Values[i], $"{field}[{i}]", depth + 1, ref values);
                break;
            case Value.KindOneofCase.StructValue:
                foreach (var (name, inner) in value.StructValue.Fields)
                {
                    if (name.Length == 0)
                        throw Refused(field, $"{field} has a member without a name; each must have at least 1 character.");
                    Text(name, field, 200);
                    Data(inner, $"{field}.{name}", depth + 1, ref values);
                }

                break;
        }
    }

    private static void InRange(long value, long least, long most, string field)
    {
        if (value < least || value > most)
            throw Refused(field, $"{field} is {value}; it must be {least} to {most}.");
    }

    private static void NotNegative(long value, string field)
    {
        if (value < 0)
            throw Refused(field, $"{field} is {value}; it must be at least 0.");
    }

    private static RequestRefusedException TooLarge(string field, string message) => Refused(field, "TOO_LARGE", message);

    private static RequestRefusedException Refused(string field, string message) => Refused(field, "INVALID_INPUT", message);

    private static RequestRefusedException Refused(string field, string code, string message) =>
        new(StatusCode.InvalidArgument, code, message, field);
}
