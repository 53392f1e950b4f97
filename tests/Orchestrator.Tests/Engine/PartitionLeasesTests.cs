using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Orchestrator.Tests.Storage.Embedded;

namespace Orchestrator.Tests.Engine;

public sealed class PartitionLeasesTests
{
    [Fact]
    public async Task Stop_WhileThePartitionIsBeingTaken_GivesItBack()
    {
        await using var harness = new EmbeddedHarness();
        var store = await harness.OpenAsync();
        var slow = SlowStore.Of(store);
        var leases = new PartitionLeases(slow, new Replica(), new ReplicaOptions(), NullLogger.Instance) { Gained = _ => { }, Lost = _ => Task.CompletedTask };
        using var stopping = new CancellationTokenSource();

        var tick = leases.TickAsync(stopping.Token);
        await ((SlowStore)slow).Taken.Task;
        await stopping.CancelAsync();
        ((SlowStore)slow).Answer.SetResult();
        await tick.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await leases.StopAsync();

        for (var partition = 0; partition < store.PartitionCount; partition++)
            (await store.AcquireAsync(partition, "another", TimeSpan.FromMinutes(1), CancellationToken.None)).ShouldNotBeNull($"partition {partition}");
    }

    /// <summary>Takes a partition at once and answers when it is told to, or never to one who no longer waits.</summary>
    public class SlowStore : DispatchProxy
    {
        private IRunStore _store = null!;

        internal TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal static IRunStore Of(IRunStore store)
        {
            var proxy = Create<IRunStore, SlowStore>();
            ((SlowStore)proxy)._store = store;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IRunStore.AcquireAsync) ? AcquireAsync((int)args![0]!, (string)args[1]!, (TimeSpan)args[2]!, (CancellationToken)args[3]!) : targetMethod.Invoke(_store, args);

        private async Task<PartitionLease?> AcquireAsync(int partition, string owner, TimeSpan duration, CancellationToken ct)
        {
            var lease = await _store.AcquireAsync(partition, owner, duration, CancellationToken.None);
            Taken.TrySetResult();
            await Answer.Task.WaitAsync(ct);
            return lease;
        }
    }
}
