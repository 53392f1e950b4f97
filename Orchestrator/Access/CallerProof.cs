using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;

namespace Orchestrator.Access;

/// <summary>
/// Binds attempts to who was given them: the key with which an instance joined, and the token that it alone knows besides the
/// orchestrators. What is signed into the attempt's credential is a hash of both.
/// </summary>
internal static class CallerProof
{
    /// <summary>The metadata entry with an instance's token, on its calls back.</summary>
    public const string TokenEntry = "agents-call-token";

    /// <summary>The hash for an instance.</summary>
    /// <param name="keyId">The id of its key. Empty: it showed none.</param>
    /// <param name="token">Its token. Empty: it offered none.</param>
    /// <returns>Empty when there is neither: then nothing is demanded.</returns>
    public static ByteString Of(string keyId, string token) =>
        keyId.Length == 0 && token.Length == 0 ? ByteString.Empty : ByteString.CopyFrom(SHA256.HashData(Encoding.UTF8.GetBytes($"{keyId}\n{token}")));

    /// <summary>Whether a call comes from whom a hash is of.</summary>
    public static bool Fits(ByteString holder, ServerCallContext context)
    {
        var key = (context.GetHttpContext().User.Identity as CallerIdentity)?.Key;
        if (holder.IsEmpty)
            return key is null;
        return CryptographicOperations.FixedTimeEquals(holder.Span, Of(key?.Id ?? "", context.RequestHeaders.GetValue(TokenEntry) ?? "").Span);
    }
}
