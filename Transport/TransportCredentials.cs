using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Transport;

/// <summary>
/// The certificates that a process shows and believes, as its files have them now. Connections that are made after a file
/// changed go by what it holds then; those that are there live on.
/// </summary>
public sealed class TransportCredentials
{
    private readonly TimeProvider _time;
    private FileContents _contents;
    private FileContents? _broken;
    private volatile Credentials _current;

    /// <summary>Reads the files.</summary>
    /// <param name="settings">Which ones.</param>
    /// <param name="time">Whose now certificates must be valid at.</param>
    /// <exception cref="TransportException">A setting, or what a file holds, cannot be used.</exception>
    public TransportCredentials(TransportSettings settings, TimeProvider time)
    {
        (Settings, _time) = (settings, time);
        _contents = CredentialLoader.Read(settings);
        _current = CredentialLoader.Load(settings, _contents, time.GetUtcNow());
    }

    /// <summary>Which files, and what is demanded of others.</summary>
    public TransportSettings Settings { get; }

    /// <summary>Our certificate without its key, for people to see; null: we show none.</summary>
    public string? Subject => _current.Own is { } own ? $"{own.Subject}, valid until {CredentialLoader.Time(own.NotAfter)}" : null;

    /// <summary>For callbacks that want the certificate alone; null: we show none.</summary>
    public X509Certificate2? Certificate => _current.Own;

    internal Credentials Current => _current;

    /// <summary>Looks at the files, and takes what changed when it can be used.</summary>
    /// <returns>Null: nothing changed. Else what was taken, or why what is there now is not taken, which is told once.</returns>
    public TransportChange? Refresh()
    {
        FileContents? contents = null;
        try
        {
            contents = CredentialLoader.Read(Settings);
            if (contents == _contents)
            {
                _broken = null;
                return null;
            }

            if (contents == _broken)
                return null;
            _current = CredentialLoader.Load(Settings, contents, _time.GetUtcNow());
            (_contents, _broken) = (contents, null);
            return new TransportChange(null);
        }
        catch (TransportException e)
        {
            // Files are replaced one after the other; the next look may find them whole.
            contents ??= Unreadable;
            if (contents == _broken)
                return null;
            _broken = contents;
            return new TransportChange(e.Message);
        }
    }

    /// <summary>Makes a handler's connections to an https address show and demand what is set; to an http address it stays as it is.</summary>
    /// <param name="handler">Not used yet.</param>
    /// <param name="address">That it will be used for.</param>
    /// <param name="http2">Whether requests are of HTTP/2 (gRPC), or of HTTP/1.1.</param>
    /// <returns>The same handler.</returns>
    public SocketsHttpHandler Secure(SocketsHttpHandler handler, Uri address, bool http2)
    {
        if (address.Scheme != Uri.UriSchemeHttps)
            return handler;
        handler.ConnectCallback = new TlsConnector(this, http2).ConnectAsync;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(Settings.ConnectionMinutes);
        return handler;
    }

    /// <summary>Why a server is refused, for clients that do the handshake themselves; null: it is who it should be.</summary>
    /// <param name="certificate">That it shows; null: none.</param>
    /// <param name="seen">What else it shows; null: nothing.</param>
    /// <param name="host">That was called.</param>
    /// <returns>For people.</returns>
    public string? WhyNotServer(X509Certificate? certificate, X509Chain? seen, string host)
    {
        var shown = certificate as X509Certificate2;
        if (shown is null)
            return PeerCheck.WhyNotServer(Settings, null, null, host);
        using var chain = PeerCheck.Build(PeerCheck.Policy(Settings, _current, isServer: true), shown, seen);
        return PeerCheck.WhyNotServer(Settings, shown, chain, host);
    }

    private static FileContents Unreadable { get; } = new(null, null, null);
}

/// <summary>What came of a look at the files.</summary>
/// <param name="Trouble">Why what they hold now is not used; null: it is.</param>
public sealed record TransportChange(string? Trouble);
