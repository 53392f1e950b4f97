using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>
/// Signs and checks what agents show on their calls back. The key is <c>Security:CredentialKey</c> (base64, 32 bytes or
/// more), the same for every replica; without it a random one is made, good for one replica until it restarts.
/// </summary>
internal sealed class AttemptCredentials
{
    /// <summary>The metadata entry: the serialised credential in base64.</summary>
    public const string MetadataKey = "agents-attempt";

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    public AttemptCredentials(IConfiguration configuration, TimeProvider time)
    {
        _time = time;
        _key = configuration["Security:CredentialKey"] is { Length: > 0 } text ? Decode(text) : RandomNumberGenerator.GetBytes(32);
    }

    public void Sign(AttemptCredential credential) => credential.Signature = ByteString.CopyFrom(Signature(credential));

    /// <summary>The credential of a call.</summary>
    /// <returns>Null when the call shows none.</returns>
    /// <exception cref="RpcException">UNAUTHENTICATED: it is no credential, is forged, or has expired.</exception>
    public AttemptCredential? Find(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(MetadataKey) is not { } text)
        {
            return null;
        }

        AttemptCredential credential;
        try
        {
            credential = AttemptCredential.Parser.ParseFrom(Convert.FromBase64String(text));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{MetadataKey}' is no attempt credential."));
        }

        if (!CryptographicOperations.FixedTimeEquals(credential.Signature.Span, Signature(credential)))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{MetadataKey}': the signature is not ours."));
        }

        if (credential.ExpiresAt.ToDateTimeOffset() < _time.GetUtcNow())
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{MetadataKey}': the credential expired at {credential.ExpiresAt.ToDateTimeOffset():O}."));
        }

        return credential;
    }

    /// <summary>The credential of a call that must show one.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED.</exception>
    public AttemptCredential Require(ServerCallContext context) =>
        Find(context) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{MetadataKey}' is missing: only attempts may call this."));

    private byte[] Signature(AttemptCredential credential)
    {
        var unsigned = credential.Clone();
        unsigned.Signature = ByteString.Empty;
        return HMACSHA256.HashData(_key, unsigned.ToByteArray());
    }

    private static byte[] Decode(string text)
    {
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length >= 32
            ? key[..length]
            : throw new InvalidOperationException("Security:CredentialKey must be base64 of at least 32 bytes.");
    }
}
