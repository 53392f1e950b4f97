using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;

namespace Transport;

internal static class TlsProtocols
{
    /// <summary>What is spoken.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "The system may allow what is older; we do not.")]
    public const SslProtocols Spoken = SslProtocols.Tls12 | SslProtocols.Tls13;
}
