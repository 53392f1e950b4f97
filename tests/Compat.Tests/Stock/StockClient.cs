using System.Diagnostics;
using System.Text.Json;

namespace Compat.Tests.Stock;

/// <summary>A gRPC client that somebody else wrote, run as a process for one scenario.</summary>
internal static class StockClient
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Runs a program to its end; its standard output. Anything but exit code 0 is an error with all it said.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(
                    $"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}.\n{await errors}\n{await output}");
            }

            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What a client printed.</summary>
    public static Observation Parse(string output) =>
        JsonSerializer.Deserialize<Observation>(output, Json)
        ?? throw new InvalidOperationException("The client printed nothing.");
}

/// <summary>What a client saw of one scenario; binary metadata and payloads in base64, statuses by name.</summary>
internal sealed record Observation
{
    public string Status { get; init; } = "";

    public string Detail { get; init; } = "";

    public IReadOnlyList<string> Texts { get; init; } = [];

    public IReadOnlyList<long> Values { get; init; } = [];

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public string Payload { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Trailers { get; init; } = new Dictionary<string, string>();
}
