using System.Globalization;
using Aspire.Hosting.Dashboard;
using Google.Protobuf;
using Tests.Shared;

namespace Aspire.Hosting.Tests.Dashboard;

/// <summary>An application with a dashboard at known ports.</summary>
internal sealed class DashboardApp : IAsyncDisposable
{
    public const string Token = "the-token";
    public const string Key = "the-key";
    private readonly DistributedApplication _app;

    private DashboardApp(DistributedApplication app, string url, string otlp, string otlpGrpc) => (_app, Url, Otlp, OtlpGrpc) = (app, url, otlp, otlpGrpc);

    public DistributedApplication App => _app;

    public string Url { get; }

    /// <summary>OTLP over HTTP.</summary>
    public string Otlp { get; }

    /// <summary>OTLP over gRPC.</summary>
    public string OtlpGrpc { get; }

    public string Login => $"{Url}/login?t={Token}";

    public static async Task<DashboardApp> StartAsync(Action<IDistributedApplicationBuilder> describe)
    {
        var (url, otlp, otlpGrpc) = (Address(), Address(), Address());
        var builder = new DistributedApplicationBuilder(new DistributedApplicationOptions
        {
            Args =
            [
                $"--ASPNETCORE_URLS={url}", $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL={otlp}", $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL={otlpGrpc}", $"--AppHost:BrowserToken={Token}", $"--AppHost:OtlpApiKey={Key}",
                "--DcpPublisher:RandomizePorts=true", "--Dashboard:RunUrl=http://localhost:1/runs/{0}",
            ],
        });
        describe(builder);
        var app = builder.Build();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new DashboardApp(app, url, otlp, otlpGrpc);
    }

    /// <summary>Reports as a process would.</summary>
    public async Task<HttpResponseMessage> ReportAsync(HttpClient client, byte[] body, string? key = Key, string kind = "traces")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Otlp}/v1/{kind}") { Content = new ByteArrayContent(body) };
        request.Headers.ExpectContinue = true;
        request.Content.Headers.ContentType = new("application/x-protobuf");
        if (key is not null)
            request.Headers.Add(DashboardOptions.OtlpHeader, key);
        return await client.SendAsync(request);
    }

    public Task<HttpResponseMessage> ReportAsync(HttpClient client, IMessage report) =>
        ReportAsync(client, report.ToByteArray(), kind: report is Otlp.ExportLogsServiceRequest ? "logs" : "traces");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Address() => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePorts.Next()}");
}
