using System.Reflection;
using Agents.Hosting.Attempts;
using Agents.Hosting.Calls;
using Agents.Hosting.Definitions;
using Agents.Hosting.Joining;
using Agents.Hosting.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServiceDefaults;
using ServiceDefaults.Secrets;
using Transport;

namespace Agents.Hosting;

/// <summary>
/// A process that is an agent. All of a <c>Program.cs</c>: <c>AgentHost.Create(args).AddAgent&lt;MyAgent&gt;().Run();</c>
/// It listens for gRPC, joins the orchestrator and stays joined, and drains when it is asked to stop.
/// </summary>
public sealed class AgentHost
{
    private readonly WebApplicationBuilder _builder;
    private readonly List<Action<AgentBuilder, IServiceProvider>> _parts = [];
    private readonly SecretFileException? _wrongSecret;
    private string? _role;

    private AgentHost(string[] args)
    {
        _builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var defaults = Defaults;
        if (Configuration.HasCertificate())
            (defaults["Kestrel:Endpoints:grpc:Url"], defaults["Kestrel:Endpoints:grpc:Protocols"]) = ("https://127.0.0.1:0", "Http1AndHttp2");
        _builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
        try
        {
            _builder.Configuration.AddSecretFiles();
        }
        catch (SecretFileException exception)
        {
            _wrongSecret = exception; // told by Build, as every wrong setting
        }
    }

    /// <summary>For what the agent's constructor wants.</summary>
    public IServiceCollection Services => _builder.Services;

    /// <summary>appsettings.json beside the program, environment variables, command line.</summary>
    public IConfiguration Configuration => _builder.Configuration;

    // Below everything that is configured.
    private static Dictionary<string, string?> Defaults => new()
    {
        ["Kestrel:Endpoints:grpc:Url"] = "http://127.0.0.1:0",
        ["Kestrel:Endpoints:grpc:Protocols"] = "Http2",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
    };

    /// <summary>Begins a host.</summary>
    /// <param name="args">The program's arguments: settings as <c>--Agents:MaxParallel 4</c>. Null: none.</param>
    /// <returns>The host.</returns>
    /// <exception cref="AgentDefinitionException">A file that a secret is to come from cannot be used.</exception>
    public static AgentHost Create(string[]? args = null) => new(args ?? []);

    /// <summary>Adds a class marked <see cref="AgentAttribute"/>. Several of the same role make one agent.</summary>
    /// <typeparam name="TAgent">The class.</typeparam>
    /// <returns>The same host.</returns>
    /// <exception cref="AgentDefinitionException">The class is not marked, or is of another role than what was added before.</exception>
    public AgentHost AddAgent<TAgent>()
        where TAgent : class
    {
        var agent = typeof(TAgent).GetCustomAttribute<AgentAttribute>() ?? throw new AgentDefinitionException($"{typeof(TAgent)} is not marked [Agent(\"role\")].");
        Claim(agent.Role);
        Services.TryAddSingleton<TAgent>();
        _parts.Add((builder, services) => builder.AddClass(typeof(TAgent), services.GetRequiredService<TAgent>()));
        return this;
    }

    /// <summary>Adds an agent made of lambdas.</summary>
    /// <param name="role">What it is asked for by, e.g. <c>echo</c>.</param>
    /// <param name="configure">Says what it does.</param>
    /// <returns>The same host.</returns>
    /// <exception cref="AgentDefinitionException">It is of another role than what was added before.</exception>
    public AgentHost AddAgent(string role, Action<AgentBuilder> configure)
    {
        Claim(role);
        _parts.Add((builder, _) => configure(builder));
        return this;
    }

    /// <summary>Makes the application, not yet started; for tests and for programs that add to it.</summary>
    /// <returns>The application.</returns>
    /// <exception cref="AgentDefinitionException">The agent or a setting cannot work.</exception>
    /// <exception cref="SecretFileException">A file that holds a secret cannot be read.</exception>
    public WebApplication Build()
    {
        if (_wrongSecret is not null)
            throw _wrongSecret;
        if (_role is not { } role)
            throw new AgentDefinitionException("The host has no agent: call AddAgent.");

        var options = AgentOptions.Read(Configuration);
        _builder.AddServiceDefaults();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.DrainSeconds) + DrainService.Margin);
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(options);
        Services.AddSingleton(WorkspaceOptions.Read(Configuration));
        Services.AddSingleton(services => Define(role, services, options));
        AddParts(Services);

        var app = _builder.Build();
        app.Services.GetRequiredService<AgentDefinition>();
        app.MapDefaultEndpoints();
        app.MapGrpcService<AgentGrpcService>();
        return app;
    }

    /// <summary>Runs until the process is asked to stop (SIGTERM, SIGINT), then drains. A wrong definition or setting and a taken port end it with a message and exit code 1.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>As <see cref="Run"/>, without keeping the thread.</summary>
    /// <param name="cancellationToken">Also asks it to stop.</param>
    /// <returns>Completes when it has stopped.</returns>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await using var app = Build();
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is AgentDefinitionException or SecretFileException or TransportException or IOException)
        {
            await Console.Error.WriteLineAsync($"{_role ?? "agent"}: {exception.Message}");
            Environment.ExitCode = 1;
        }
    }

    private static void AddParts(IServiceCollection services)
    {
        services.AddSingleton<CallToken>();
        services.AddGrpc().AddServiceOptions<AgentGrpcService>(grpc => grpc.Interceptors.Add<CallTokenInterceptor>());
        services.AddSingleton<OrchestratorLink>();
        services.AddSingleton<IOrchestratorCalls, OrchestratorCalls>();
        services.AddSingleton<WorkspaceProvider>();
        services.AddSingleton<AttemptTable>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<AgentGrpcService>();
        services.AddSingleton<ListeningAddress>();
        services.AddSingleton<RegistrationService>();
        services.AddHostedService(provider => provider.GetRequiredService<RegistrationService>());
        services.AddHostedService<AttemptSweeper>();
        services.AddHostedService<DrainService>();
    }

    private AgentDefinition Define(string role, IServiceProvider services, AgentOptions options)
    {
        var builder = new AgentBuilder(role);
        foreach (var part in _parts)
            part(builder, services);
        builder.Describe(services.GetServices<IToolCatalog>().SelectMany(catalog => catalog.Declarations));
        return builder.Build(options.MaxParallel);
    }

    private void Claim(string role)
    {
        if (_role is not null && _role != role)
            throw new AgentDefinitionException($"The host is agent {_role} and cannot also be {role}: one process, one role.");
        _role = role;
    }
}
