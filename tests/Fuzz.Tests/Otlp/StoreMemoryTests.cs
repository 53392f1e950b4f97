using Aspire.Hosting.Dashboard.Telemetry;
using Google.Protobuf;
using Otlp;

namespace Fuzz.Tests.Otlp;

/// <summary>What the dashboard says that it keeps is what that takes in memory, whatever the reports are made of.</summary>
public sealed class StoreMemoryTests
{
    // A little for what is not the records' own: lists, the process.
    private const long Bound = TelemetryStore.MaxBytes + (4 * 1024 * 1024);
    private const int Batch = 500;

    public static TheoryData<string> Spans => ["plain", "links", "events", "attributes", "texts"];

    [Theory]
    [MemberData(nameof(Spans))]
    public void Spans_MoreThanAreKept_TakeNoMoreThanIsSaid(string kind)
    {
        var (bytes, said) = Filled(store => store.Bytes.Spans, (store, number) => store.Add(new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { Enumerable.Range(number * Batch, Batch).Select(span => Span(kind, span)) } } } } },
        }));

        bytes.ShouldBeLessThan(Bound);
        said.ShouldBeLessThanOrEqualTo(TelemetryStore.MaxBytes);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("attributes")]
    [InlineData("texts")]
    public void Logs_MoreThanAreKept_TakeNoMoreThanIsSaid(string kind)
    {
        var (bytes, said) = Filled(store => store.Bytes.Logs, (store, number) => store.Add(new ExportLogsServiceRequest
        {
            ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { Enumerable.Range(number * Batch, Batch).Select(record => Record(kind, record)) } } } } },
        }));

        bytes.ShouldBeLessThan(Bound);
        said.ShouldBeLessThanOrEqualTo(TelemetryStore.MaxBytes);
    }

    // Gives reports until nothing more is kept for them.
    private static (long Bytes, long Said) Filled(Func<TelemetryStore, long> said, Action<TelemetryStore, int> add)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = new TelemetryStore();
        var most = -1L;
        for (var number = 0; said(store) > most; number++)
        {
            most = said(store);
            add(store, number);
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return (bytes, said(store));
    }

    // A few in each trace: it has a bound of its own.
    private static Span Span(string kind, int number)
    {
        var span = new Span { TraceId = Id(16, number / 60), SpanId = Id(8, number), ParentSpanId = Id(8, number + 1) };
        switch (kind)
        {
            case "links":
                span.Links.Add(Enumerable.Range(0, 100).Select(link => new Span.Types.Link { TraceId = Id(16, link), SpanId = Id(16, link) }));
                break;
            case "events":
                span.Events.Add(Enumerable.Range(0, 100).Select(_ => new Span.Types.Event()));
                break;
            case "attributes":
                span.Attributes.Add(Attributes());
                break;
            case "texts":
                (span.Name, span.Status) = (Text(number), new Status { Message = Text(number) });
                break;
        }

        return span;
    }

    private static LogRecord Record(string kind, int number)
    {
        var record = new LogRecord { TraceId = Id(16, number), SpanId = Id(16, number) };
        if (kind == "attributes")
            record.Attributes.Add(Attributes());
        else if (kind == "texts")
            (record.SeverityText, record.Body) = (Text(number), new AnyValue { ArrayValue = new ArrayValue { Values = { Enumerable.Repeat(new AnyValue { DoubleValue = 1e300 }, 1000) } } });
        return record;
    }

    private static IEnumerable<KeyValue> Attributes() => Enumerable.Range(0, 200).Select(key => new KeyValue { Key = $"{key}", Value = new AnyValue { IntValue = key } });

    private static string Text(int number) => new((char)('a' + (number % 20)), 10_000);

    private static ByteString Id(int length, int number) => ByteString.CopyFrom([.. new byte[length - 4], (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
