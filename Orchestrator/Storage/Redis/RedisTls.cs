using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;
using Transport;

namespace Orchestrator.Storage.Redis;

/// <summary>Which certificate Redis is shown and which it must have, at each connection that is made: what the files hold then.</summary>
internal sealed class RedisTls(TransportCredentials credentials)
{
    /// <summary>Why the server was refused last; null: it was not.</summary>
    public string? Refusal { get; private set; }

    public void Apply(ConfigurationOptions configuration)
    {
        configuration.CertificateValidation += IsBelieved;
        if (credentials.Certificate is not null)
            configuration.CertificateSelection += (_, _, _, _, _) => credentials.Certificate!;
    }

    private bool IsBelieved(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var host = (sender as SslStream)?.TargetHostName ?? "";
        Refusal = credentials.WhyNotServer(certificate, chain, host);
        return Refusal is null;
    }
}
