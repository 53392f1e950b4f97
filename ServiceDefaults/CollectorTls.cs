using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;
using Transport;

namespace ServiceDefaults;

/// <summary>TLS to the collector, by the variables that OpenTelemetry names; unlike the exporter's own it goes on with what the files hold later.</summary>
internal sealed class CollectorTls(IConfiguration configuration)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    public TransportCredentials Credentials { get; } = new(Settings(configuration), TimeProvider.System);

    public void Apply(OtlpExporterOptions options)
    {
        if (options.Endpoint.Scheme == Uri.UriSchemeHttps && Credentials.Settings.IsSet)
            options.HttpClientFactory = () => Client(options);
    }

    // The exporter adds its headers to each request itself.
    private HttpClient Client(OtlpExporterOptions options) => new(Credentials.Secure(new SocketsHttpHandler(), options.Endpoint, http2: IsGrpc(options)))
    {
        Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds),
    };

    private static TransportSettings Settings(IConfiguration configuration) => new()
    {
        Authority = File(configuration, "CERTIFICATE"),
        Certificate = File(configuration, "CLIENT_CERTIFICATE"),
        Key = File(configuration, "CLIENT_KEY"),
        AuthoritySetting = Prefix + "CERTIFICATE",
        CertificateSetting = Prefix + "CLIENT_CERTIFICATE",
        KeySetting = Prefix + "CLIENT_KEY",
    };

    private static string? File(IConfiguration configuration, string name) => configuration[Prefix + name] is { Length: > 0 } file ? file : null;

    private static bool IsGrpc(OtlpExporterOptions options) =>
#pragma warning disable CS0618 // gRPC is asked for by who runs it; only the choice of the default is discouraged.
        options.Protocol == OtlpExportProtocol.Grpc;
#pragma warning restore CS0618
}
