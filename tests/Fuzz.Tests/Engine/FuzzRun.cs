using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Fuzz.Tests.Engine;

/// <summary>
/// Gives a target one input after the other for a bounded time. <c>AGENTS_FUZZ_SECONDS</c> is for how long (default 2, and at
/// most a thousand inputs, so that a fast machine has no other ones than a slow one), <c>AGENTS_FUZZ_SEED</c> where to begin
/// (default fixed), <c>AGENTS_FUZZ_INPUT</c> the number of one input to repeat.
/// </summary>
internal sealed class FuzzRun(ITestOutputHelper output)
{
    private const int DefaultSeed = 20_261_121;
    private const int DefaultSeconds = 2;
    private const int Least = 20;
    private const int Most = 1000;
    private const int Warm = 200;
    private const long MaxGrowth = 128L * 1024 * 1024;
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    /// <summary>Runs a target.</summary>
    /// <param name="target">Its name, for people and for files.</param>
    /// <param name="one">Takes an input; throws when what came of it is not as it must be.</param>
    /// <param name="healthy">Asked after every hundred inputs, and at the end: whether all is well still. Null: nothing is asked.</param>
    /// <param name="kept">Bytes that are kept by intention at that moment; what bounds them is for <paramref name="healthy"/> to look at. Null: none.</param>
    public async Task RunAsync(string target, Func<FuzzInput, Task> one, Func<Task>? healthy = null, Func<long>? kept = null)
    {
        var seed = Setting("AGENTS_FUZZ_SEED", DefaultSeed);
        var seconds = Setting("AGENTS_FUZZ_SECONDS", DefaultSeconds);
        var most = seconds == DefaultSeconds ? Most : int.MaxValue;
        var only = Setting("AGENTS_FUZZ_INPUT", -1);
        output.WriteLine($"{target}: AGENTS_FUZZ_SEED={seed} AGENTS_FUZZ_SECONDS={seconds}");
        var watch = Stopwatch.StartNew();
        var number = only < 0 ? 0 : only;
        long before = 0;
        for (; only < 0 ? number < Least || (number < most && watch.Elapsed.TotalSeconds < seconds) : number == only; number++)
        {
            await TakeAsync(target, new FuzzInput(seed, number), seed, one);
            if (number == Warm)
                before = Live() - (kept?.Invoke() ?? 0);
            if (number % 100 == 99 && healthy is not null)
                await healthy();
        }

        if (healthy is not null)
            await healthy();
        output.WriteLine($"{target}: {number} inputs in {watch.Elapsed.TotalSeconds:0.0} s");
        if (number <= Warm)
            return;
        var growth = Growth();
        // A connection that is being closed holds what was sent on it for a moment more.
        for (var closing = Stopwatch.StartNew(); growth >= MaxGrowth && closing.Elapsed < Closing; growth = Growth())
            await Task.Delay(100);
        output.WriteLine($"{target}: {growth / 1024} KiB more than after {Warm} inputs");
        growth.ShouldBeLessThan(MaxGrowth, "bytes that are not given back");

        long Growth() => Live() - (kept?.Invoke() ?? 0) - before;
    }

    // What is referred to still, large arrays included: nothing that only waits to be collected.
    private static long Live()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task TakeAsync(string target, FuzzInput input, int seed, Func<FuzzInput, Task> one)
    {
        try
        {
            await Task.Run(() => one(input)).WaitAsync(Hang);
        }
        catch (Exception failure)
        {
            var file = Path.Combine(AppContext.BaseDirectory, $"{target}-{seed}-{input.Number}.bin");
            await File.WriteAllBytesAsync(file, input.Sent);
            throw new InvalidOperationException(
                $"{(failure is TimeoutException ? $"No end within {Hang}. " : "")}Input {input.Number} to {input.To} (kept as {file}) again: AGENTS_FUZZ_SEED={seed} AGENTS_FUZZ_INPUT={input.Number}. {failure.Message}", failure);
        }
    }

    private static int Setting(string name, int other) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : other;
}
