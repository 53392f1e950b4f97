using System.Collections.Concurrent;

namespace Console.Tests;

/// <summary>Where agents wait until the test lets them go on.</summary>
internal static class Gates
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> s_gates = new(StringComparer.Ordinal);

    public static void Open(string gate) => Of(gate).TrySetResult();

    public static Task PassAsync(string gate, CancellationToken cancellationToken) => Of(gate).Task.WaitAsync(cancellationToken);

    private static TaskCompletionSource Of(string gate) => s_gates.GetOrAdd(gate, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
