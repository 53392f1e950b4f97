using Aspire.Hosting.Dashboard.Telemetry;
using Google.Protobuf;
using Otlp;

namespace Aspire.Hosting.Tests.Dashboard;

public class TelemetryStoreTests
{
    [Fact]
    public void Add_MoreTracesThanAreKept_TheOldestGo()
    {
        var store = new TelemetryStore();
        for (var i = 0; i < TelemetryStore.MaxTraces + 10; i++)
            store.Add(Reports.Of(Reports.Span(i, 1)));

        store.Traces().Count.ShouldBe(TelemetryStore.MaxTraces);
        store.Trace(Reports.TraceId(9)).Spans.ShouldBeEmpty();
        store.Trace(Reports.TraceId(10)).Spans.Count.ShouldBe(1);
        store.Traces()[0].Id.ShouldBe(Reports.TraceId(TelemetryStore.MaxTraces + 9));
    }

    [Fact]
    public void Add_OneTraceWithoutEnd_IsCut_AndManyLargeOnesPushOutTheOldest()
    {
        var store = new TelemetryStore();
        for (var trace = 0; trace < 12; trace++)
            store.Add(Reports.Of([.. Enumerable.Range(1, TelemetryStore.MaxSpansOfTrace + 100).Select(span => Reports.Span(trace, span))]));

        store.Spans.ShouldBeLessThanOrEqualTo(TelemetryStore.MaxSpans);
        store.Trace(Reports.TraceId(11)).Spans.Count.ShouldBe(TelemetryStore.MaxSpansOfTrace);
        store.Trace(Reports.TraceId(0)).Spans.ShouldBeEmpty();
    }

    [Fact]
    public void Add_MoreLogsThanAreKept_TheOldestGo()
    {
        var store = new TelemetryStore();
        for (var i = 0; i < TelemetryStore.MaxLogs + 5; i++)
            store.Add(new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord { Body = new AnyValue { IntValue = i } } } } } } } });

        var kept = store.Logs(int.MaxValue, _ => true);
        kept.Count.ShouldBe(TelemetryStore.MaxLogs);
        kept[^1].Text.ShouldBe("5");
    }

    [Fact]
    public void Add_NonsenseOrTooLarge_IsLeftOutOrCut()
    {
        var store = new TelemetryStore();
        var endless = new AnyValue { StringValue = "x" };
        for (var i = 0; i < 1000; i++)
            endless = new AnyValue { ArrayValue = new ArrayValue { Values = { endless } } };
        store.Add(Reports.Of(
            new Span { TraceId = ByteString.CopyFrom(1, 2, 3), SpanId = ByteString.CopyFrom(new byte[8]), Name = "short trace id" },
            new Span { TraceId = ByteString.CopyFrom(new byte[1000]), SpanId = ByteString.CopyFrom(new byte[8]), Name = "long trace id" },
            new Span(Reports.Span(1, 1)) { Name = new string('n', 100_000), StartTimeUnixNano = ulong.MaxValue, EndTimeUnixNano = 1, Attributes = { new KeyValue { Key = "deep", Value = endless } } }));

        var span = store.Trace(Reports.TraceId(1)).Spans.ShouldHaveSingleItem();
        span.Name.Length.ShouldBeLessThan(5000);
        span.Duration.ShouldBe(TimeSpan.Zero);
        span["deep"]!.Length.ShouldBeLessThan(5000);
        store.Traces().Count.ShouldBe(1);
    }

    [Fact]
    public void Value_OfManyParts_IsWrittenOut_AndNotMadeLongerThanIsKept()
    {
        static AnyValue Text(string text) => new() { StringValue = text };
        static AnyValue Array(params IEnumerable<AnyValue> values) => new() { ArrayValue = new ArrayValue { Values = { values } } };
        var map = new AnyValue { KvlistValue = new KeyValueList { Values = { new KeyValue { Key = "a", Value = new AnyValue { IntValue = 1 } }, new KeyValue { Key = "b", Value = Array(Text("x"), new AnyValue { BoolValue = true }) } } } };
        OtlpText.Value(map).ShouldBe("{a: 1, b: [x, true]}");
        OtlpText.Value(Array()).ShouldBe("[]");
        OtlpText.Value(new AnyValue { KvlistValue = new KeyValueList() }).ShouldBe("{}");

        var large = Array(Enumerable.Repeat(Array(Enumerable.Repeat(Text(new string('x', 4000)), 100)), 100));
        OtlpText.Value(large).Length.ShouldBe(4097);
        var before = GC.GetAllocatedBytesForCurrentThread();
        OtlpText.Value(large);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1024 * 1024);
    }
}
