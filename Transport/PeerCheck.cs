using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Transport;

/// <summary>Whether the certificate of who is at the other end is one to believe, and if not, why.</summary>
internal static class PeerCheck
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>How its chain is built. Nothing is fetched but what revocation needs.</summary>
    /// <param name="isServer">What the other end is.</param>
    public static X509ChainPolicy Policy(TransportSettings settings, Credentials credentials, bool isServer)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = settings.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = !settings.ChecksRevocation,
        };
        policy.ApplicationPolicy.Add(new Oid(isServer ? ServerUse : ClientUse));
        if (credentials.Authority is { } authority)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authority);
        }

        return policy;
    }

    /// <summary>Why a server is refused; null: it is who it should be.</summary>
    /// <param name="chain">Built by <see cref="Policy"/>.</param>
    /// <param name="host">That was called.</param>
    public static string? WhyNotServer(TransportSettings settings, X509Certificate2? certificate, X509Chain? chain, string host)
    {
        if (certificate is null)
            return "it shows no certificate";
        if (WhyNotTrusted(settings, certificate, chain) is { } reason)
            return reason;
        string[] wanted = settings.ServerNames.Count > 0 ? [.. settings.ServerNames] : [host];
        return wanted.Any(name => certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false))
            ? null
            : $"its certificate is for {Names(certificate)}, not for {string.Join(" or ", wanted)}";
    }

    /// <summary>Why a client is refused; null: it is let in.</summary>
    public static string? WhyNotClient(TransportSettings settings, X509Certificate2? certificate, X509Chain? chain)
    {
        if (certificate is null)
            return "it shows no certificate";
        if (settings.Authority is null or TransportSettings.SystemAuthority)
            return $"it shows a certificate, and {settings.AuthoritySetting} does not say which authority is believed";
        if (WhyNotTrusted(settings, certificate, chain) is { } reason)
            return reason;
        return settings.ClientNames.Count == 0 || CertificateNames.Of(certificate).Any(name => settings.ClientNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            ? null
            : $"its certificate is for {Names(certificate)}, and {TransportSettings.Section}:ClientNames has {string.Join(", ", settings.ClientNames)}";
    }

    /// <summary>The chain of a certificate where the one who asks has built another.</summary>
    /// <param name="seen">That has what else was shown; null: nothing.</param>
    public static X509Chain Build(X509ChainPolicy policy, X509Certificate2 certificate, X509Chain? seen)
    {
        policy.ExtraStore.AddRange(seen?.ChainPolicy.ExtraStore ?? []);
        var chain = new X509Chain { ChainPolicy = policy };
        chain.Build(certificate);
        return chain;
    }

    private static string? WhyNotTrusted(TransportSettings settings, X509Certificate2 certificate, X509Chain? chain)
    {
        var what = $"its certificate ({certificate.Subject}, issued by {certificate.Issuer})";
        if (chain is null)
            return $"{what} cannot be checked";
        var found = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        if (found == X509ChainStatusFlags.NoError)
            return null;
        if (found.HasFlag(X509ChainStatusFlags.NotTimeValid) && chain.ChainElements.FirstOrDefault(element => element.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid))?.Certificate is { } late)
            return $"{what} is not valid now: {late.Subject} is from {CredentialLoader.Time(late.NotBefore)} to {CredentialLoader.Time(late.NotAfter)}";
        if ((found & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
            return $"{what} does not go back to an authority of {Authority(settings)}";
        if (found.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return $"{what} is not for this use (extended key usage)";
        if ((found & (X509ChainStatusFlags.OfflineRevocation | X509ChainStatusFlags.RevocationStatusUnknown)) != X509ChainStatusFlags.NoError)
            return $"{what}: whether it was revoked cannot be found out";
        return found.HasFlag(X509ChainStatusFlags.Revoked) ? $"{what} was revoked" : $"{what} is refused: {found}";
    }

    private static string Authority(TransportSettings settings) => settings.Authority is null or TransportSettings.SystemAuthority
        ? $"the system ({settings.AuthoritySetting} names none)"
        : $"{settings.AuthoritySetting} ({settings.Authority})";

    private static string Names(X509Certificate2 certificate) => CertificateNames.Of(certificate) is { Count: > 0 } names ? string.Join(", ", names) : "no name";
}
