using System.Globalization;
using System.Net;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The dashboard of an application that runs on this machine: pages for people, OTLP for the resources. It starts before
/// them, and without it they start all the same.
/// </summary>
internal sealed class DashboardHost(IConfiguration configuration, IServiceProvider services, ILogger<DistributedApplication> logger) : IHostedService, IAsyncDisposable
{
    private static readonly string[] s_assets = ["dashboard.css", "dashboard.js"];
    private readonly TelemetryStore _store = new();
    private WebApplication? _app;
    private DashboardOptions? _options;
    private (int Pages, int Grpc, int Http) _ports;

    /// <summary>What a resource is told to report to; empty: the dashboard is not there.</summary>
    public IReadOnlyDictionary<string, string> ForResources => _app is null || _options is null ? new Dictionary<string, string>() : new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address(_ports.Grpc),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"{DashboardOptions.OtlpHeader}={_options.OtlpKey}",
        // People look at what has just happened.
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = DashboardOptions.Read(configuration);
        var app = Build(options);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            // A port is taken.
            DashboardLog.NotStarted(logger, error.Message);
            await app.DisposeAsync();
            return;
        }

        (_app, _options) = (app, options);
        var addresses = app.Urls.Select(url => new Uri(url).Port).ToArray();
        _ports = (addresses[0], addresses[1], addresses[2]);
        DashboardLog.Listening(logger, Address(_ports.Pages));
        DashboardLog.Login(logger, $"{Address(_ports.Pages)}/login?t={options.Token}");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
        {
            // Whoever follows a log follows it for ever.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(1));
            await app.StopAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
            await app.DisposeAsync();
    }

    private WebApplication Build(DashboardOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        // Only what is said here holds: the application's own settings are for its resources.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            Listen(kestrel, options.Url, HttpProtocols.Http1);
            Listen(kestrel, options.OtlpGrpcUrl, HttpProtocols.Http2);
            Listen(kestrel, options.OtlpHttpUrl, HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        OtlpReceiver.Add(builder.Services, _store);
        var app = builder.Build();
        app.Use(new Access(options, () => _ports).CheckAsync);
        var resources = new ResourceCatalog(
            services.GetRequiredService<DistributedApplicationModel>(), services.GetRequiredService<ResourceNotificationService>(),
            services.GetRequiredService<ResourceLoggerService>(), services.GetRequiredService<ResourceCommandService>());
        ResourcePages.Map(app, resources);
        LogPages.Map(app, resources, _store);
        TracePages.Map(app, _store, () => configuration["Dashboard:RunUrl"]);
        OtlpReceiver.Map(app, _store);
        foreach (var asset in s_assets)
            app.MapGet($"/assets/{asset}", context => WriteAssetAsync(context, asset));
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url, HttpProtocols protocols)
    {
        if (url.Port == 0)
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        else
            kestrel.ListenLocalhost(url.Port, listen => listen.Protocols = protocols);
    }

    private static async Task WriteAssetAsync(HttpContext context, string name)
    {
        await using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Aspire.Hosting.Dashboard.Assets.{name}")!;
        context.Response.ContentType = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
}

internal static partial class DashboardLog
{
    [LoggerMessage(1, LogLevel.Information, "Now listening on: {Url}")]
    public static partial void Listening(ILogger logger, string url);

    [LoggerMessage(2, LogLevel.Information, "Login to the dashboard at {Url}")]
    public static partial void Login(ILogger logger, string url);

    [LoggerMessage(3, LogLevel.Warning, "There is no dashboard: {Reason}")]
    public static partial void NotStarted(ILogger logger, string reason);
}
