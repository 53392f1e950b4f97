using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

/// <summary>What every store must do, whichever it is. Each behaviour is a class; each store runs them all.</summary>
public abstract class ConformanceTests(StoreHarness harness) : IAsyncLifetime
{
    protected const int PartitionCount = StoreHarness.PartitionCount;

    protected StoreHarness Harness => harness;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await harness.DisposeAsync();

    protected static async Task<PartitionLease[]> AllLeases(IRunStore store)
    {
        var leases = new PartitionLease[store.PartitionCount];
        for (var i = 0; i < leases.Length; i++)
        {
            leases[i] = (await store.AcquireAsync(i, "test", Long, default)).ShouldNotBeNull();
        }

        return leases;
    }
}
