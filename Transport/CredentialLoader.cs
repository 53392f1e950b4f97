using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Transport;

/// <summary>Makes credentials of the files' contents, or says what is wrong with them.</summary>
internal static class CredentialLoader
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>The contents of the files that are set, the same ones for the same files.</summary>
    /// <exception cref="TransportException">One cannot be read.</exception>
    public static FileContents Read(TransportSettings settings)
    {
        if (settings.Key is not null && settings.Certificate is null)
            throw new TransportException($"{settings.KeySetting} is set and {settings.CertificateSetting} is not; a key needs its certificate.");
        if (settings.ClientCertificates != ClientCertificates.None && AuthorityFile(settings) is null)
            throw new TransportException($"{TransportSettings.Section}:ClientCertificates is '{Word(settings)}' and {settings.AuthoritySetting} names no file; it must name the authority that signs the certificates of clients.");
        return new FileContents(
            Text(settings.CertificateSetting, settings.Certificate), Text(settings.KeySetting, settings.Key), Text(settings.AuthoritySetting, AuthorityFile(settings)));
    }

    /// <exception cref="TransportException">What they hold cannot be used.</exception>
    public static Credentials Load(TransportSettings settings, FileContents contents, DateTimeOffset now)
    {
        var authority = contents.Authority is { } pem ? Authorities(settings, pem, now) : null;
        if (contents.Certificate is not { } certificate)
            return new Credentials(null, null, authority);
        var own = Own(settings, certificate, contents.Key, now);
        var chain = Certificates(settings.CertificateSetting, settings.Certificate!, certificate);
        chain.RemoveAt(0);
        return new Credentials(own, SslStreamCertificateContext.Create(own, chain, offline: true), authority);
    }

    private static string? AuthorityFile(TransportSettings settings) => settings.Authority == TransportSettings.SystemAuthority ? null : settings.Authority;

    private static X509Certificate2 Own(TransportSettings settings, string certificate, string? key, DateTimeOffset now)
    {
        var (keySetting, keyFile) = key is null ? (settings.CertificateSetting, settings.Certificate) : (settings.KeySetting, settings.Key);
        var leaf = Certificates(settings.CertificateSetting, settings.Certificate!, certificate)[0];
        DemandTime(settings.CertificateSetting, settings.Certificate!, leaf, now);
        var keyText = key ?? certificate;
        if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new TransportException($"{keySetting}: the key in {keyFile} is encrypted; it must not be, and be readable by this process only.");
        if (!keyText.Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new TransportException($"{keySetting}: {keyFile} holds no private key in PEM (-----BEGIN PRIVATE KEY-----).");
        try
        {
            return Usable(X509Certificate2.CreateFromPem(certificate, keyText));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TransportException($"{keySetting}: the key in {keyFile} does not fit the first certificate in {settings.Certificate} ({leaf.Subject}).", e);
        }
    }

    // Windows takes only keys that it has a file for.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    private static X509Certificate2Collection Authorities(TransportSettings settings, string pem, DateTimeOffset now)
    {
        var (setting, file) = (settings.AuthoritySetting, settings.Authority!);
        var found = Certificates(setting, file, pem);
        foreach (var certificate in found)
        {
            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
                throw new TransportException($"{setting}: {file} holds {certificate.Subject}, which is not the certificate of an authority (CA:TRUE).");
        }

        var roots = found.Where(certificate => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)).ToArray();
        if (roots.Length == 0)
            throw new TransportException($"{setting}: {file} holds no root, only authorities that others signed; the root that signed them must be there too.");
        if (!roots.Any(root => IsInTime(root, now)))
            DemandTime(setting, file, roots[0], now);
        return found;
    }

    private static X509Certificate2Collection Certificates(string setting, string file, string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new TransportException($"{setting}: {file} holds a certificate that cannot be read.", e);
        }

        return found.Count > 0 ? found : throw new TransportException($"{setting}: {file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----).");
    }

    private static bool IsInTime(X509Certificate2 certificate, DateTimeOffset now) => certificate.NotBefore <= now.LocalDateTime && now.LocalDateTime <= certificate.NotAfter;

    private static void DemandTime(string setting, string file, X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now.LocalDateTime > certificate.NotAfter)
            throw new TransportException($"{setting}: the certificate in {file} ({certificate.Subject}) expired at {Time(certificate.NotAfter)}.");
        if (now.LocalDateTime < certificate.NotBefore)
            throw new TransportException($"{setting}: the certificate in {file} ({certificate.Subject}) is not valid before {Time(certificate.NotBefore)}.");
    }

    private static string? Text(string setting, string? file)
    {
        if (file is null)
            return null;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MostBytes)
                throw new TransportException($"{setting}: {file} has {stream.Length} bytes; it must have at most {MostBytes}.");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TransportException($"{setting}: {file} cannot be read: {e.Message}", e);
        }
    }

    private static string Word(TransportSettings settings) => settings.ClientCertificates.ToString().ToLowerInvariant();

    internal static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What was read; equal when nothing changed.</summary>
internal sealed record FileContents(string? Certificate, string? Key, string? Authority)
{
    // One of them is secret.
    public override string ToString() => nameof(FileContents);
}
