using Google.Protobuf;
using Otlp;

namespace Telemetry.Tests;

/// <summary>A span as it came.</summary>
internal sealed record SeenSpan(Resource Resource, string Source, Span Span)
{
    public string Name => Span.Name;

    public string Service => Resource.Attributes.Text("service.name");

    public string Id => Hex(Span.SpanId);

    public string Parent => Hex(Span.ParentSpanId);

    public string Trace => Hex(Span.TraceId);

    public bool IsServer => Span.Kind == Span.Types.SpanKind.Server;

    public IReadOnlyList<string> Links => [.. Span.Links.Select(link => Hex(link.SpanId))];

    public string this[string attribute] => Span.Attributes.Text(attribute);

    public override string ToString() => $"{Service}: {Name} ({Span.Kind}) {Id} below {Parent}";

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}

internal static class Attributes
{
    /// <summary>An attribute's value; empty: it is not there.</summary>
    public static string Text(this IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(pair => pair.Key == key)?.Value is { } value ? Text(value) : "";

    private static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => $"{value.IntValue}",
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.DoubleValue => $"{value.DoubleValue}",
        AnyValue.ValueOneofCase.ArrayValue => string.Join(',', value.ArrayValue.Values.Select(Text)),
        _ => "",
    };
}
