using System.Diagnostics.Metrics;
using Orchestrator.Storage;
using Orchestrator.Tests.Storage.Embedded;

namespace Orchestrator.Tests.Storage;

/// <summary>What the meter of the store says.</summary>
public sealed class MeasuredRunStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _kind = $"embedded-{Guid.NewGuid():N}"; // tells this test's measurements from others'
    private readonly List<(string Name, double Value, string Tags)> _seen = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_RecordedRefusedAndInvalid_IsCountedWithWhatBecameOfIt()
    {
        using var listener = Listen();
        await using var store = new MeasuredRunStore(EmbeddedHarness.Create(_folder["data"]), _kind);
        await store.OpenAsync(default);
        var partition = Partitions.Of("run-1", store.PartitionCount);
        var lease = (await store.AcquireAsync(partition, "me", TimeSpan.FromMinutes(1), default))!;
        var batch = new AppendBatch { RunId = "run-1", ExpectedVersion = 0, BatchId = "a", Events = [new byte[] { 1, 2, 3 }, new byte[] { 4 }] };

        (await store.AppendAsync(lease, batch, default)).Status.ShouldBe(AppendStatus.Appended);
        (await store.AppendAsync(lease with { Nonce = "other" }, new AppendBatch { RunId = "run-1", ExpectedVersion = 2, BatchId = "b", Events = batch.Events }, default)).Status.ShouldBe(AppendStatus.LeaseLost);
        await Should.ThrowAsync<LeaseLostException>(() => store.SaveSnapshotAsync(lease with { Nonce = "other" }, "run-1", 1, new byte[1], default));

        lock (_seen)
        {
            _seen.Where(seen => seen.Name == "agents.events.appended").Sum(seen => seen.Value).ShouldBe(2);
            _seen.Where(seen => seen.Name == "agents.events.size").Sum(seen => seen.Value).ShouldBe(4);
            _seen.Where(seen => seen.Name == "agents.store.operation.duration").Select(seen => seen.Tags)
                .ShouldBe(["operation=acquire", "operation=append", "operation=append error.type=LeaseLost", "operation=save_snapshot error.type=LeaseLostException"]);
        }
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Orchestrator.Storage")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = tags.ToArray();
        if (all.Any(tag => tag is { Key: "store", Value: string kind } && kind == _kind))
        {
            lock (_seen)
            {
                _seen.Add((instrument.Name, value, string.Join(' ', all.Where(tag => tag.Key != "store").Select(tag => $"{tag.Key}={tag.Value}"))));
            }
        }
    }
}
