using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Api.Limits;
using Orchestrator.Artifacts;
using Orchestrator.Console;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Orchestrator.Storage;
using Orchestrator.Team;
using ServiceDefaults;
using ServiceDefaults.Secrets;
using Transport;

namespace Orchestrator;

/// <summary>The orchestrator's process: a table of contents.</summary>
internal static class OrchestratorApp
{
    // Below everything that is configured.
    private static Dictionary<string, string?> Defaults => new()
    {
        ["Kestrel:Endpoints:http:Url"] = "http://localhost:5080",
        ["Kestrel:Endpoints:http:Protocols"] = "Http1",
        ["Kestrel:Endpoints:grpc:Url"] = "http://localhost:5081",
        ["Kestrel:Endpoints:grpc:Protocols"] = "Http2",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Grpc"] = "Warning",
        // What was refused is said once, with the reason, where it is refused.
        ["Logging:LogLevel:Orchestrator.Access.KeyAuthentication"] = "Warning",
        ["Logging:LogLevel:Orchestrator.Access.OpenAuthentication"] = "Warning",
        // Each refused call of a client would be an error there; what is a fault of ours the hub logs itself.
        ["Logging:LogLevel:Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher"] = "None",
    };

    // With TLS the client says what it speaks, and one port is enough.
    private static Dictionary<string, string?> DefaultsFor(IConfiguration configuration)
    {
        var defaults = Defaults;
        var http = configuration["Kestrel:Endpoints:http:Url"] ?? (configuration.HasCertificate() ? "https://localhost:5080" : defaults["Kestrel:Endpoints:http:Url"]!);
        if (!http.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            return defaults;
        (defaults["Kestrel:Endpoints:http:Url"], defaults["Kestrel:Endpoints:http:Protocols"]) = (http, "Http1AndHttp2");
        if (string.IsNullOrEmpty(configuration["Kestrel:Endpoints:grpc:Url"]))
        {
            defaults.Remove("Kestrel:Endpoints:grpc:Url");
            defaults.Remove("Kestrel:Endpoints:grpc:Protocols");
        }

        return defaults;
    }

    /// <summary>Everything wired, not started.</summary>
    /// <param name="args">Settings.</param>
    /// <param name="configure">Replaces services, e.g. the clock. Null: none.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = DefaultsFor(builder.Configuration) });
        builder.Configuration.AddSecretFiles();
        builder.AddServiceDefaults();
        builder.Services.AddAccess(builder.Configuration);
        builder.Services.AddRunStore(builder.Configuration);
        builder.Services.AddKeys();
        builder.Services.AddArtifactStore(builder.Configuration);
        builder.Services.AddPlanning();
        builder.Services.AddRunEngine();
        builder.Services.AddSchedules();
        builder.Services.AddTeam(builder.Configuration);
        builder.Services.AddLimits();
        builder.Services.AddAgentsApi(builder.Configuration);
        builder.Services.AddConsole();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseLimits();
        app.MapDefaultEndpoints();
        app.MapAgentServices();
        app.MapTeam();
        app.MapAgentsApi();
        app.MapConsole();
        return app;
    }
}
