using System.Text.Json;

namespace Bench.Measure;

/// <summary>
/// A program that does phases as it is told: a line in, e.g. <c>closed 5 50</c>, a line of JSON out. So it stays warm
/// between phases, and nothing of it is measured but the phase.
/// </summary>
public sealed class PhaseProgram(Func<CancellationToken, Task> flow, TimeProvider time)
{
    /// <summary>How lines are written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Dictionary<string, Func<string[], CancellationToken, Task<object>>> _phases = new(StringComparer.Ordinal);

    /// <summary>Adds a phase of the program's own.</summary>
    /// <param name="name">First word of its line.</param>
    /// <param name="phase">Gets the other words; what it gives is written as JSON.</param>
    /// <returns>The same program.</returns>
    public PhaseProgram On(string name, Func<string[], CancellationToken, Task<object>> phase)
    {
        _phases.Add(name, phase);
        return this;
    }

    /// <summary>Serves until the input ends.</summary>
    /// <param name="cancellationToken">Ends it, too.</param>
    /// <returns>Completes at the end.</returns>
    public async Task ServeAsync(CancellationToken cancellationToken = default)
    {
        On("idle", async (words, ct) => await IdleAsync(int.Parse(words[0]), ct));
        On("closed", async (words, ct) => await ClosedAsync(TimeSpan.FromSeconds(double.Parse(words[0])), int.Parse(words[1]), ct));
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Console.WriteLine(JsonSerializer.Serialize(await _phases[words[0]](words[1..], cancellationToken), Json));
        }
    }

    // One flow after the other.
    private async Task<Measurement> IdleAsync(int count, CancellationToken ct)
    {
        var taken = new List<double>(count);
        var started = time.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            taken.Add(await OneAsync(ct));
        }

        return Measurement.Of(taken, time.GetElapsedTime(started).TotalSeconds);
    }

    // So many in flight: each that ends is followed by the next.
    private async Task<Measurement> ClosedAsync(TimeSpan duration, int inFlight, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(
            async () =>
            {
                var taken = new List<double>();
                while (time.GetElapsedTime(started) < duration)
                {
                    taken.Add(await OneAsync(ct));
                }

                return taken;
            },
            ct)));
        return Measurement.Of([.. all.SelectMany(taken => taken)], time.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<double> OneAsync(CancellationToken ct)
    {
        var started = time.GetTimestamp();
        await flow(ct);
        return time.GetElapsedTime(started).TotalMilliseconds;
    }
}
