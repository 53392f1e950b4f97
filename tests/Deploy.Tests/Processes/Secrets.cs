using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Transport;

namespace Deploy.Tests.Processes;

/// <summary>What whoever installs the chart has put into its Secrets, as the files that pods see; and what a client shows.</summary>
internal sealed class Secrets : IDisposable
{
    private readonly TestAuthority _authority;
    private readonly string _tls;
    private readonly string _adminKey = NewKey("admin1");
    private readonly TransportCredentials _client;

    /// <summary>Writes them.</summary>
    /// <param name="folder">For what is in no Secret.</param>
    /// <param name="keys">The Secret of keys.</param>
    /// <param name="tls">The Secret of certificates, as cert-manager writes one.</param>
    public Secrets(string folder, string keys, string tls)
    {
        _tls = Directory.CreateDirectory(tls).FullName;
        foreach (var name in (string[])["credential.key", "audit.key"])
            Write(keys, name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Write(keys, "admin.key", _adminKey);
        Write(keys, "agent.key", NewKey("agents1"));
        _authority = new TestAuthority(folder);
        var (certificate, _) = _authority.Issue("tls", ["agents", "localhost"], folder: _tls);
        File.Move(certificate, Path.Combine(_tls, "tls.crt"));
        File.Copy(_authority.File, Path.Combine(_tls, "ca.crt"));
        _client = new TransportCredentials(TransportSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Transport:Certificate"] = Path.Combine(_tls, "tls.crt"),
            ["Transport:Key"] = Path.Combine(_tls, "tls.key"),
            ["Transport:Authority"] = _authority.File,
            ["Transport:ServerNames:0"] = "agents",
        }).Build()), TimeProvider.System);
    }

    public string AdminKey => _adminKey;

    /// <summary>What redis-cli says to be let in.</summary>
    public IEnumerable<string> OfRedisCli => ["--tls", "--cert", Path.Combine(_tls, "tls.crt"), "--key", Path.Combine(_tls, "tls.key"), "--cacert", Path.Combine(_tls, "ca.crt")];

    /// <summary>For calls with a key, and with a certificate where there is TLS.</summary>
    /// <param name="address">Whom to call.</param>
    /// <param name="http2">Whether by gRPC.</param>
    /// <param name="key">Null: the administrator's.</param>
    public HttpMessageHandler Handler(Uri address, bool http2, string? key = null) =>
        new Keyed(key ?? _adminKey, address.Scheme == Uri.UriSchemeHttps ? _client.Secure(new SocketsHttpHandler(), address, http2) : new SocketsHttpHandler());

    public void Dispose() => _authority.Dispose();

    private static void Write(string folder, string name, string text) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, name), text);

    private static string NewKey(string id) => $"agk_{id}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";

    private sealed class Keyed(string key, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
