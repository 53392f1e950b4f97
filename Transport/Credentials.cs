using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Transport;

/// <summary>What the files held at one time.</summary>
/// <param name="Own">Our certificate with its key. Null: we show none.</param>
/// <param name="Context">The same with those that lead to its authority, as it is shown.</param>
/// <param name="Authority">Null: the authorities of the system.</param>
internal sealed record Credentials(X509Certificate2? Own, SslStreamCertificateContext? Context, X509Certificate2Collection? Authority);
