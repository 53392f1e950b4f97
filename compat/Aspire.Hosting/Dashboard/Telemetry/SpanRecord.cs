using System.Globalization;
using System.Text;
using Google.Protobuf;
using Otlp;

namespace Aspire.Hosting.Dashboard.Telemetry;

/// <summary>A span as it is kept.</summary>
internal sealed record SpanRecord(
    string TraceId, string Id, string ParentId, string Service, string Instance, string Name, string Kind, DateTimeOffset Start, TimeSpan Duration,
    bool Failed, string StatusText, IReadOnlyList<KeyValuePair<string, string>> Attributes, IReadOnlyList<(string TraceId, string SpanId)> Links,
    IReadOnlyList<(DateTimeOffset Time, string Name)> Events)
{
    private const int MaxListed = 64;

    /// <summary>What it takes in memory, at most.</summary>
    public long Bytes { get; } = OtlpText.RecordBytes + OtlpText.Size(Attributes) + OtlpText.Size(TraceId, Id, ParentId, Service, Instance, Name, Kind, StatusText)
        + Links.Sum(link => OtlpText.Size(link.TraceId, link.SpanId)) + Events.Sum(e => OtlpText.Size(e.Name));

    public string? this[string attribute] => Attributes.FirstOrDefault(pair => pair.Key == attribute).Value;

    public static SpanRecord Of(Resource? resource, Span span)
    {
        var (service, instance) = OtlpText.Source(resource);
        var start = OtlpText.Time(span.StartTimeUnixNano);
        var duration = span.EndTimeUnixNano > span.StartTimeUnixNano ? TimeSpan.FromTicks((long)((span.EndTimeUnixNano - span.StartTimeUnixNano) / 100)) : TimeSpan.Zero;
        return new SpanRecord(
            OtlpText.Hex(span.TraceId), OtlpText.Hex(span.SpanId), OtlpText.Hex(span.ParentSpanId), service, instance, OtlpText.Cut(span.Name),
            span.Kind.ToString().Replace("Span", "", StringComparison.Ordinal), start, duration,
            span.Status?.Code == Status.Types.StatusCode.Error, OtlpText.Cut(span.Status?.Message ?? ""), OtlpText.Attributes(span.Attributes),
            span.Links.Take(MaxListed).Select(link => (OtlpText.Hex(link.TraceId), OtlpText.Hex(link.SpanId))).ToArray(),
            span.Events.Take(MaxListed).Select(e => (OtlpText.Time(e.TimeUnixNano), OtlpText.Cut(e.Name))).ToArray());
    }
}

/// <summary>A line that was logged.</summary>
internal sealed record LogEntry(
    DateTimeOffset Time, string Service, string Instance, string Severity, string Text, string TraceId, string SpanId, IReadOnlyList<KeyValuePair<string, string>> Attributes)
{
    /// <summary>What it takes in memory, at most.</summary>
    public long Bytes { get; } = OtlpText.RecordBytes + OtlpText.Size(Attributes) + OtlpText.Size(Service, Instance, Severity, Text, TraceId, SpanId);

    public static LogEntry Of(Resource? resource, LogRecord record)
    {
        var (service, instance) = OtlpText.Source(resource);
        return new LogEntry(
            OtlpText.Time(record.TimeUnixNano), service, instance, OtlpText.Cut(record.SeverityText), OtlpText.Value(record.Body),
            OtlpText.Hex(record.TraceId), OtlpText.Hex(record.SpanId), OtlpText.Attributes(record.Attributes));
    }
}

/// <summary>OTLP's values as text, none longer than is good for anybody.</summary>
internal static class OtlpText
{
    /// <summary>Bytes of a record without what it refers to, with its place among the others and the arrays that it has.</summary>
    public const long RecordBytes = 400;

    private const int MaxCharacters = 4096;
    private const int MaxAttributes = 128;
    private const int MaxDepth = 8;

    public static (string Service, string Instance) Source(Resource? resource)
    {
        string Of(string key) => resource?.Attributes.FirstOrDefault(pair => pair.Key == key)?.Value is { } value ? Value(value) : "";
        return (Of("service.name") is { Length: > 0 } name ? name : "unknown", Of("service.instance.id"));
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Attributes(IEnumerable<KeyValue> attributes) =>
        attributes.Take(MaxAttributes).Select(pair => KeyValuePair.Create(Cut(pair.Key), Value(pair.Value))).ToArray();

    // Of something in a list, with texts: two bytes a character, and what holds them.
    public static long Size(params ReadOnlySpan<string> texts)
    {
        var size = 24L;
        foreach (var text in texts)
            size += 32 + (2 * text.Length);
        return size;
    }

    public static long Size(IReadOnlyList<KeyValuePair<string, string>> attributes) => attributes.Sum(pair => Size(pair.Key, pair.Value));

    public static string Hex(ByteString bytes) => bytes.Length > 16 ? "" : Convert.ToHexStringLower(bytes.Span);

    public static string Cut(string text) => text.Length <= MaxCharacters ? text : string.Concat(text.AsSpan(0, MaxCharacters), "…");

    // Beyond what a time can be: the beginning of it.
    public static DateTimeOffset Time(ulong nanoseconds) =>
        nanoseconds / 100 < (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks ? DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)) : DateTimeOffset.UnixEpoch;

    // What is longer than is kept is not made first: its buffers would stay.
    public static string Value(AnyValue? value)
    {
        if (value?.ValueCase is not (AnyValue.ValueOneofCase.ArrayValue or AnyValue.ValueOneofCase.KvlistValue))
            return Cut(Scalar(value));
        var text = new StringBuilder();
        Append(text, value, 0);
        return Cut(text.ToString());
    }

    private static void Append(StringBuilder text, AnyValue? value, int depth)
    {
        var isArray = value?.ValueCase is AnyValue.ValueOneofCase.ArrayValue;
        if (!isArray && value?.ValueCase is not AnyValue.ValueOneofCase.KvlistValue)
        {
            text.Append(Cut(Scalar(value)));
            return;
        }

        if (depth == MaxDepth)
        {
            text.Append('…');
            return;
        }

        var separator = isArray ? "[" : "{";
        var members = isArray ? value!.ArrayValue.Values.Select(member => (Key: (string?)null, Value: member)) : value!.KvlistValue.Values.Select(pair => (Key: (string?)pair.Key, pair.Value));
        foreach (var member in members.Take(MaxAttributes).TakeWhile(_ => text.Length <= MaxCharacters))
        {
            text.Append(separator);
            if (member.Key is { } key)
                text.Append(Cut(key)).Append(": ");
            Append(text, member.Value, depth + 1);
            separator = ", ";
        }

        text.Append(separator == ", " ? "" : separator).Append(isArray ? ']' : '}');
    }

    private static string Scalar(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BytesValue => $"{value.BytesValue.Length} bytes",
        _ => "",
    };
}
