using Orchestrator.Storage;
using static Orchestrator.Tests.Storage.StoreSteps;

namespace Orchestrator.Tests.Storage.Conformance;

public abstract class DeploymentTests(StoreHarness harness) : ConformanceTests(harness)
{
    [Fact]
    public async Task Open_OtherNumberOfPartitions_IsRefusedAndNamesBoth()
    {
        await Harness.OpenAsync(partitions: 4);
        var error = await Should.ThrowAsync<StoreConfigurationException>(() => Harness.OpenAsync(partitions: 8));
        error.Message.ShouldContain("Store:Partitions is 8");
        error.Message.ShouldContain("Set it back to 4");
    }

    [Fact]
    public async Task Check_OpenStore_IsWell()
    {
        var store = await Harness.OpenAsync();
        (await store.CheckAsync(default)).Ok.ShouldBeTrue();
    }
}
