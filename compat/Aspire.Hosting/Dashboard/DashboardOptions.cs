using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard listens and who may look, by the settings of the official one.</summary>
/// <param name="Url"><c>ASPNETCORE_URLS</c>: the pages. Not set: a free port.</param>
/// <param name="OtlpGrpcUrl"><c>ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL</c>: OTLP over gRPC. Not set: a free port.</param>
/// <param name="OtlpHttpUrl"><c>ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL</c>: OTLP over HTTP. Not set: a free port.</param>
/// <param name="Token"><c>AppHost:BrowserToken</c>: what the link has that is printed. Not set: a new one.</param>
/// <param name="OtlpKey"><c>AppHost:OtlpApiKey</c>: what those who report have to show. Not set: a new one.</param>
internal sealed record DashboardOptions(Uri Url, Uri OtlpGrpcUrl, Uri OtlpHttpUrl, string Token, string OtlpKey)
{
    /// <summary>The header that carries <see cref="OtlpKey"/>.</summary>
    public const string OtlpHeader = "x-otlp-api-key";

    public static DashboardOptions Read(IConfiguration configuration) => new(
        Address(configuration, "ASPNETCORE_URLS"),
        Address(configuration, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"),
        Address(configuration, "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"),
        configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? token : NewSecret(),
        configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key ? key : NewSecret());

    private static Uri Address(IConfiguration configuration, string key)
    {
        var text = configuration[key] is { Length: > 0 } given ? given.Split(';')[0] : "http://localhost:0";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true }
            ? url
            : throw new DistributedApplicationException($"{key} is '{text}'; the dashboard listens at an http address of this machine, such as http://localhost:18888.");
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
