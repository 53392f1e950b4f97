using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>Runs the command line's code: its arguments, the orchestrator's gRPC address, a token that gives up. Returns the exit code.</summary>
internal delegate Task<int> Client(string[] args, Uri orchestrator, CancellationToken cancellationToken);

/// <summary>The application from its start to its end: stays up, or runs one request.</summary>
internal sealed class Session(DistributedApplication app, Setup setup, Client? client = null)
{
    private const int Failed = 1;
    private const int Interrupted = 130;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly IHostApplicationLifetime _lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
    private readonly long _began = Stopwatch.GetTimestamp();
    private string _missing = "the orchestrator";

    /// <summary>Starts everything, does what was asked, stops everything.</summary>
    /// <returns>The exit code: 0 completed or stopped, 1 failed; else the command line's.</returns>
    public async Task<int> RunAsync()
    {
        try
        {
            await app.StartAsync(_lifetime.ApplicationStopping);
            var code = setup.Client is { } args ? await RunRequestAsync(args) : await StayUpAsync();
            await app.StopAsync();
            return code;
        }
        catch (DistributedApplicationException error)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message} Other ports: --http-port and --grpc-port. Logs: {setup.Home.Logs}");
            return Failed;
        }
        catch (OperationCanceledException) when (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await app.StopAsync();
            return setup.Client is null ? 0 : Interrupted;
        }
    }

    private async Task<int> StayUpAsync()
    {
        Console.WriteLine($"store    {setup.StoreReason}");
        Console.WriteLine($"console  {Endpoint("http")}");
        Console.WriteLine($"gRPC     {Endpoint("grpc")}");
        if (setup.Dashboard is { } dashboard)
            Console.WriteLine($"traces   {dashboard.Link}");
        Console.WriteLine($"logs     {setup.Home.Logs}");
        await WaitUntilReadyAsync(_lifetime.ApplicationStopping);
        Console.WriteLine($"ready    after {Stopwatch.GetElapsedTime(_began).TotalSeconds:0.0} s; Ctrl+C stops everything");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private async Task<int> RunRequestAsync(string[] args)
    {
        var stopping = _lifetime.ApplicationStopping;
        await WaitUntilReadyAsync(stopping);
        var code = await InvokeAsync(args, stopping);
        if (stopping.IsCancellationRequested)
            return Interrupted;
        if (code != 0)
            await Console.Error.WriteLineAsync($"logs: {setup.Home.Logs}");
        return code;
    }

    private async Task<int> InvokeAsync(string[] args, CancellationToken cancellationToken)
    {
        try
        {
            return await (client ?? Cli.CommandLine.InvokeAsync)(args, new Uri(Endpoint("grpc")), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return Failed;
        }
    }

    private string Endpoint(string name)
    {
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        return model.Resources.OfType<ProjectResource>().Single(r => r.Name == "orchestrator").GetEndpoint(name).Url;
    }

    /// <summary>Waits until the orchestrator works and every agent has joined it.</summary>
    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync("orchestrator", WaitBehavior.StopOnResourceUnavailable, patience.Token);
            await WaitForAgentsAsync(patience.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"The application was not ready within {s_patience.TotalSeconds:0} s; missing: {_missing}.", error);
        }
    }

    private async Task WaitForAgentsAsync(CancellationToken cancellationToken)
    {
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        string[] roles = [.. model.Resources.OfType<ProjectResource>().Select(r => r.Name).Where(name => name != "orchestrator")];
        await using var states = new ResourceStates(app.ResourceNotifications);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            using var answer = await s_http.GetAsync(new Uri(new Uri(Endpoint("http")), "/api/agents"), cancellationToken);
            _missing = $"{answer.RequestMessage?.RequestUri} (it answers {(int)answer.StatusCode})";
            if (!answer.IsSuccessStatusCode)
                continue;
            using var agents = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            var joined = Roles(agents.RootElement).ToHashSet(StringComparer.Ordinal);
            string[] missing = [.. roles.Where(role => !joined.Contains(role))];
            _missing = string.Join(", ", missing.Select(role => $"{role} ({states.Describe(role)})"));
            if (missing.Length == 0)
                return;
            if (missing.Any(states.HasEnded))
                throw new DistributedApplicationException($"Agents ended before they had joined; missing: {_missing}.");
        }
        while (await tick.WaitForNextTickAsync(cancellationToken));
    }

    private static IEnumerable<string> Roles(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Roles),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "role" && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : Roles(p.Value)),
        _ => [],
    };
}
