using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Otlp;

namespace Aspire.Hosting.Tests.Dashboard;

/// <summary>What a process would report.</summary>
internal static class Reports
{
    private const ulong Begin = 1_700_000_000_000_000_000;

    public static string TraceId(int trace) => trace.ToString("x32", CultureInfo.InvariantCulture);

    public static string SpanId(int span) => span.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A span of so many milliseconds.</summary>
    public static Span Span(int trace, int span, int parent = 0, int start = 0, int milliseconds = 1, string name = "work") => new()
    {
        TraceId = Bytes(16, trace),
        SpanId = Bytes(8, span),
        ParentSpanId = parent == 0 ? ByteString.Empty : Bytes(8, parent),
        Name = name,
        StartTimeUnixNano = Begin + ((ulong)start * 1_000_000),
        EndTimeUnixNano = Begin + ((ulong)(start + milliseconds) * 1_000_000),
    };

    public static ExportTraceServiceRequest Of(params Span[] spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Otlp.Resource { Attributes = { Text("service.name", "reporter") } },
                ScopeSpans = { new ScopeSpans { Spans = { spans } } },
            },
        },
    };

    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static ByteString Bytes(int length, int number)
    {
        var bytes = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(length - 4), number);
        return ByteString.CopyFrom(bytes);
    }
}
