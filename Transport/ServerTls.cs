using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Transport;

/// <summary>Gives https endpoints the certificate that the files hold when a connection is made, and looks at those of clients.</summary>
internal sealed class ServerTls(TransportCredentials credentials, IConfiguration configuration, TimeProvider time, ILogger<ServerTls> logger) : IPostConfigureOptions<KestrelServerOptions>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Telling _withoutCertificate = new();
    private readonly Telling _withWrongOne = new();

    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        if (credentials.Certificate is null || options.ConfigurationLoader is not { } loader)
            return;
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            var mode = Mode(endpoint);
            loader.Endpoint(endpoint.Key, found =>
            {
                if (found.IsHttps)
                    found.ListenOptions.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = handshake => ValueTask.FromResult(Options(handshake.Connection, mode)) });
            });
        }
    }

    // What Kestrel calls it goes before ours, for an endpoint that is unlike the others.
    private ClientCertificates Mode(IConfigurationSection endpoint)
    {
        const string key = "ClientCertificateMode";
        return endpoint[key] switch
        {
            null or "" => credentials.Settings.ClientCertificates,
            nameof(ClientCertificateMode.NoCertificate) => ClientCertificates.None,
            nameof(ClientCertificateMode.AllowCertificate) => ClientCertificates.Optional,
            nameof(ClientCertificateMode.RequireCertificate) => ClientCertificates.Required,
            var text => throw new TransportException(
                $"{endpoint.Path}:{key} is '{text}'; it must be {nameof(ClientCertificateMode.NoCertificate)}, {nameof(ClientCertificateMode.AllowCertificate)} or {nameof(ClientCertificateMode.RequireCertificate)}."),
        };
    }

    private SslServerAuthenticationOptions Options(ConnectionContext connection, ClientCertificates mode)
    {
        var current = credentials.Current;
        var options = new SslServerAuthenticationOptions { EnabledSslProtocols = TlsProtocols.Spoken, ServerCertificateContext = current.Context };
        if (mode == ClientCertificates.None)
            return options;
        options.ClientCertificateRequired = true; // asked for
        options.CertificateChainPolicy = PeerCheck.Policy(credentials.Settings, current, isServer: false);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsLetIn(connection, certificate as X509Certificate2, chain, mode);
        return options;
    }

    private bool IsLetIn(ConnectionContext connection, X509Certificate2? certificate, X509Chain? chain, ClientCertificates mode)
    {
        if (certificate is null && mode == ClientCertificates.Optional)
            return true;
        if (PeerCheck.WhyNotClient(credentials.Settings, certificate, chain) is not { } reason)
            return true;
        Tell(connection, reason, certificate is null ? _withoutCertificate : _withWrongOne);
        return false;
    }

    // Whoever can connect could fill the log; who shows a wrong certificate again and again does not hide those who show none.
    private void Tell(ConnectionContext connection, string reason, Telling telling)
    {
        int before;
        lock (_gate)
        {
            if (telling.Last is { } last && time.GetElapsedTime(last) < s_pause)
            {
                telling.Untold++;
                return;
            }

            (telling.Last, before, telling.Untold) = (time.GetTimestamp(), telling.Untold, 0);
        }

        TransportLog.Refused(logger, connection.RemoteEndPoint, reason, before);
    }

    private sealed class Telling
    {
        public long? Last { get; set; }

        public int Untold { get; set; }
    }
}
