using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Tests.Fakes;

/// <summary>The orchestrator's side of the seam on a real Kestrel: the generated service bases, and a record of what agents said.</summary>
internal sealed class FakeOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeOrchestrator(WebApplication app, FakeState state)
    {
        _app = app;
        State = state;
    }

    public FakeState State { get; }

    public string Url => _app.Urls.Single();

    public int Port => new Uri(Url).Port;

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
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        State.StopJoins();
        await _app.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _app.DisposeAsync();
    }
}

internal sealed class FakeState
{
    private CancellationTokenSource _joins = new();

    public ConcurrentQueue<Registration> Registrations { get; } = new();

    public ConcurrentQueue<JoinRequest> Messages { get; } = new();

    public ConcurrentQueue<DecideToolCallRequest> Decisions { get; } = new();

    public ConcurrentQueue<AttemptCredential> Credentials { get; } = new();

    public ConcurrentDictionary<string, ContextEntry> Entries { get; } = new();

    public ConcurrentDictionary<string, (ArtifactRef Artifact, byte[] Content)> Artifacts { get; } = new();

    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    public Status? RefuseJoin { get; set; }

    public Func<DecideToolCallRequest, DecideToolCallResponse> Policy { get; set; } =
        _ => new DecideToolCallResponse { Effect = PolicyEffect.Allow, Reason = "rule allow-all" };

    public CancellationToken JoinsStopped => _joins.Token;

    public void StopJoins() => Interlocked.Exchange(ref _joins, new CancellationTokenSource()).Cancel();

    public void SawCredential(ServerCallContext context) =>
        Credentials.Enqueue(AttemptCredential.Parser.ParseFrom(Convert.FromBase64String(context.RequestHeaders.GetValue("agents-attempt")!)));
}
