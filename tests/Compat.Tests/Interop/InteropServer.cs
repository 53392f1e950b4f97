using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Compat.Tests.Interop;

/// <summary>The interop service on a real Kestrel, on a free port of the loopback.</summary>
public sealed class InteropServer : IAsyncLifetime, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Such as <c>127.0.0.1:41234</c>.</summary>
    public string Address { get; private set; } = "";

    public string Url => "http://" + Address;

    public WebApplication App => _app ?? throw new InvalidOperationException("The server is not started.");

    internal CallLog Log { get; } = new();

    internal ServerCalls Calls { get; } = new();

    internal HealthSwitch Health { get; } = new();

    /// <summary>A server of a test's own, with more services.</summary>
    public static async Task<InteropServer> StartAsync(Action<IServiceCollection> configure)
    {
        var server = new InteropServer();
        await server.StartCoreAsync(configure);
        return server;
    }

    public Task InitializeAsync() => StartCoreAsync(_ => { });

    public Task DisposeAsync() => _app is null ? Task.CompletedTask : _app.DisposeAsync().AsTask();

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private async Task StartCoreAsync(Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(Log);
        builder.Services.AddSingleton(Calls);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ServerCallsInterceptor>();
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
        });
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks(health => health.Services.Map("interop", check => check.Tags.Contains("interop")))
            .AddCheck("switch", Health, tags: ["interop"]);
        builder.Services.Configure<HealthCheckPublisherOptions>(publishing =>
        {
            publishing.Delay = TimeSpan.Zero;
            publishing.Period = TimeSpan.FromSeconds(1);
        });
        configure(builder.Services);
        _app = builder.Build();
        _app.MapGrpcService<InteropService>();
        _app.MapGrpcHealthChecksService();
        _app.MapGrpcReflectionService();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single()).Authority;
    }
}
