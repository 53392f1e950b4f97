using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tests.Shared;

/// <summary>An authority of the test's own, and what it signs, as PEM files in a folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2 _root;
    private readonly string _folder;

    public TestAuthority(string folder, string name = "Test Authority")
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _root = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        File = Write(name.Replace(' ', '-') + ".pem", _root.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string File { get; }

    /// <summary>Signs a certificate for both uses, for localhost, 127.0.0.1 and a name, and writes NAME.pem and NAME.key.</summary>
    /// <param name="name">Of the subject, and of the files.</param>
    /// <param name="names">In place of localhost and 127.0.0.1. Null: those.</param>
    /// <param name="from">In days from now.</param>
    /// <param name="until">In days from now.</param>
    /// <param name="folder">Where to write; null: the authority's folder.</param>
    /// <param name="use">One use only. Null: both.</param>
    /// <param name="below">Sign it by an authority between.</param>
    public (string Certificate, string Key) Issue(
        string name, IReadOnlyList<string>? names = null, double from = -1, double until = 5, string? folder = null, string? use = null, bool below = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (issuer, chain) = below ? Between() : (_root, "");
        using var certificate = Sign(key, issuer, name, names ?? ["localhost", "127.0.0.1", name], from, until, use);
        return (Write(name + ".pem", certificate.ExportCertificatePem() + "\n" + chain, folder), Write(name + ".key", key.ExportPkcs8PrivateKeyPem(), folder));
    }

    public static string ForClients => ClientUse;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => _root.Dispose();

    private static X509Certificate2 Sign(ECDsa key, X509Certificate2 issuer, string name, IEnumerable<string> names, double from, double until, string? use)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        OidCollection uses = [];
        foreach (var one in use is null ? [ServerUse, ClientUse] : (string[])[use])
            uses.Add(new Oid(one));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var one in names)
        {
            if (IPAddress.TryParse(one, out var address))
                alternative.AddIpAddress(address);
            else if (one.Contains("://", StringComparison.Ordinal))
                alternative.AddUri(new Uri(one));
            else
                alternative.AddDnsName(one);
        }

        request.CertificateExtensions.Add(alternative.Build());
        return request.Create(issuer, Now.AddDays(from), Now.AddDays(until), RandomNumberGenerator.GetBytes(16));
    }

    private (X509Certificate2 Issuer, string Pem) Between()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var signed = request.Create(_root, Now.AddDays(-10), Now.AddDays(10), RandomNumberGenerator.GetBytes(16));
        return (signed.CopyWithPrivateKey(key), signed.ExportCertificatePem());
    }

    private string Write(string name, string text, string? folder = null)
    {
        var path = Path.Combine(folder ?? _folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
