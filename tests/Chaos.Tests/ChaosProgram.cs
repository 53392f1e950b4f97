using System.Globalization;

namespace Chaos.Tests;

/// <summary>
/// The long pass by hand: <c>dotnet run --project tests/Chaos.Tests -- --seed 1 --seeds 10 --runs 300 --minutes 10</c>;
/// <c>--embedded</c> for one orchestrator with the embedded store, <c>--only-replicas</c> to measure failover (with
/// <c>--runs 0</c>, which goes on for all the minutes), <c>--secured</c> for TLS, keys and telemetry everywhere, <c>--keep</c> to keep logs and histories of a pass that went well.
/// And the agents that every pass starts.
/// </summary>
internal static class ChaosProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [ChaosAgents.Command, var role, var file, .. var settings])
        {
            ChaosAgents.Run(role, file, settings);
            return 0;
        }

        var (seed, seeds, runs, minutes) = (Number("--seed", 1), Number("--seeds", 1), Number("--runs", 300), Number("--minutes", 10));
        var summaries = new List<string>();
        var failed = 0;
        for (var i = 0; i < seeds; i++)
        {
            var options = new ChaosOptions(seed + i, runs, TimeSpan.FromMinutes(minutes), args.Contains("--embedded", StringComparer.Ordinal), Number("--in-flight", 20))
            {
                OnlyReplicas = args.Contains("--only-replicas", StringComparer.Ordinal),
                Secured = args.Contains("--secured", StringComparer.Ordinal),
                Keep = args.Contains("--keep", StringComparer.Ordinal),
            };
            var report = await new ChaosPass(options, Console.WriteLine).RunAsync();
            foreach (var problem in report.Problems)
            {
                Console.WriteLine("  " + problem);
            }

            failed += report.Problems.Count > 0 ? 1 : 0;
            summaries.Add(report.Summary + (report.Problems.Count > 0 ? " in " + report.Folder : ""));
            Console.WriteLine(summaries[^1]);
        }

        Console.WriteLine(string.Join('\n', summaries));
        Console.WriteLine($"{seeds - failed} of {seeds} passes without a problem");
        return failed == 0 ? 0 : 1;

        int Number(string name, int standard)
        {
            var at = Array.IndexOf(args, name);
            return at < 0 ? standard
                : at + 1 < args.Length && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var value) ? value
                : throw new ArgumentException($"{name} needs a number.", nameof(args));
        }
    }
}
