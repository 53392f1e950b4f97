using System.ComponentModel;
using System.Diagnostics;

namespace AppHost;

/// <summary>Where the orchestrator keeps its data.</summary>
internal enum StoreKind
{
    /// <summary>In files of its own.</summary>
    Embedded,

    /// <summary>In a redis-server of this machine.</summary>
    RedisServer,

    /// <summary>In a Redis in a container.</summary>
    RedisContainer,

    /// <summary>In the cluster that the application is published for.</summary>
    Published,
}

/// <summary>Chooses the store: by hand, else the best that is there.</summary>
internal static class StoreChoice
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Chooses.</summary>
    /// <param name="asked">embedded, redis, or null for what is there.</param>
    /// <returns>The store, and what to say of it.</returns>
    public static async Task<(StoreKind Kind, string Reason)> MakeAsync(string? asked)
    {
        if (asked == "embedded")
            return (StoreKind.Embedded, "embedded (--store embedded)");
        if (LocalRedis.Find() is { } server)
            return (StoreKind.RedisServer, $"redis ({server})");
        foreach (var engine in (string[])["docker", "podman"])
        {
            if (await AnswersAsync(engine))
                return (StoreKind.RedisContainer, $"redis (container, {engine})");
        }

        return asked == "redis"
            ? throw new SetupException("--store redis: there is no redis-server on PATH, and no container engine (docker or podman) answers. Install redis-server, or use --store embedded.")
            : (StoreKind.Embedded, "embedded (there is no redis-server on PATH, and no container engine answers)");
    }

    private static async Task<bool> AnswersAsync(string engine)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(engine, "info") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false })!;
            try
            {
                await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token), process.WaitForExitAsync(patience.Token));
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return false;
        }
    }
}
