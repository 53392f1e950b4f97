using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agents.Testing;

/// <summary>
/// What an agent talks to, on a real port over real gRPC: registration, policy, context and artifacts. It starts no runs; it
/// answers agents, and keeps a record of what they said in <see cref="State"/>.
/// </summary>
public sealed class FakeOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeOrchestrator(WebApplication app, FakeState state)
    {
        _app = app;
        State = state;
    }

    /// <summary>What agents said, and what they are answered.</summary>
    public FakeState State { get; }

    /// <summary>Where it listens, on loopback.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The port of <see cref="Url"/>.</summary>
    public int Port => new Uri(Url).Port;

    /// <summary>Starts one.</summary>
    /// <param name="state">That of an earlier one, for a restart. Null: a new one.</param>
    /// <param name="port">Where it listens. 0: a free port.</param>
    /// <returns>It, listening.</returns>
    public static async Task<FakeOrchestrator> StartAsync(FakeState? state = null, int port = 0)
    {
        state ??= new FakeState();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(state);
        var app = builder.Build();
        app.MapGrpcService<FakeRegistry>();
        app.MapGrpcService<FakePolicy>();
        app.MapGrpcService<FakeContext>();
        app.MapGrpcService<FakeArtifacts>();
        await app.StartAsync();
        return new FakeOrchestrator(app, state);
    }

    /// <summary>Ends every connection at once, as a killed process does.</summary>
    /// <returns>Completes when it no longer listens.</returns>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        State.StopJoins();
        await _app.StopAsync(now.Token);
    }

    /// <summary>As <see cref="KillAsync"/>.</summary>
    /// <returns>Completes when it no longer listens.</returns>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _app.DisposeAsync();
    }
}
