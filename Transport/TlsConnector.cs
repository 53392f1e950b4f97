using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Transport;

/// <summary>Makes connections with what the files hold at that moment.</summary>
internal sealed class TlsConnector(TransportCredentials credentials, bool http2)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? tls = null;
        string? refusal = null;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(Options(context.DnsEndPoint.Host, reason => refusal = reason), ct);
            return tls;
        }
        catch (Exception e)
        {
            if (tls is not null)
                await tls.DisposeAsync();
            socket.Dispose();

            // Not reached, as far as callers go: nothing was sent.
            if (e is AuthenticationException)
                throw new IOException(refusal is null ? $"no TLS connection: {e.InnerException?.Message ?? e.Message}" : $"the server is not believed: {refusal}", e);
            throw;
        }
    }

    private SslClientAuthenticationOptions Options(string host, Action<string> refused)
    {
        var (settings, current) = (credentials.Settings, credentials.Current);
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = TlsProtocols.Spoken,
            ApplicationProtocols = [http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
            ClientCertificateContext = current.Context,
            CertificateChainPolicy = PeerCheck.Policy(settings, current, isServer: true),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (PeerCheck.WhyNotServer(settings, certificate as X509Certificate2, chain, host) is not { } reason)
                    return true;
                refused(reason);
                return false;
            },
        };
    }
}
