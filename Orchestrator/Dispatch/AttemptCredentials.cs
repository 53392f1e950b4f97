using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Orchestrator.Access;
using Protos.V1;
using ServiceDefaults.Secrets;

namespace Orchestrator.Dispatch;

/// <summary>
/// Signs and checks what agents show on their calls back. The key is <c>Security:CredentialKey</c> (base64, 32 bytes or
/// more), or stands in the file <c>Security:KeyFile</c> (default <c>.agents/credential.key</c>), which is made when it is
/// missing. Replicas need the same key.
/// </summary>
internal sealed class AttemptCredentials
{
    /// <summary>The metadata entry: the serialised credential in base64.</summary>
    public const string MetadataKey = "agents-attempt";

    private static readonly TimeSpan WaitForFile = TimeSpan.FromSeconds(5);
    private readonly byte[] _key;
    private readonly TimeProvider _time;

    public AttemptCredentials(IConfiguration configuration, TimeProvider time)
    {
        _time = time;
        _key = configuration["Security:CredentialKey"] is { Length: > 0 } text
            ? Decode(text, "Security:CredentialKey")
            : FromFile(configuration["Security:KeyFile"] is { Length: > 0 } file ? file : Path.Combine(".agents", "credential.key"), "Security:KeyFile");
    }

    public void Sign(AttemptCredential credential) => credential.Signature = ByteString.CopyFrom(Signature(credential));

    /// <summary>A key of 32 bytes for another purpose, the same at every replica.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, info: Encoding.UTF8.GetBytes(purpose));

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

        if (!CallerProof.Fits(credential.Holder, context))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"Metadata '{MetadataKey}': the attempt was given to another than who calls."));
        }

        return credential;
    }

    /// <summary>The credential of a call that must show one.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED.</exception>
    public AttemptCredential Require(ServerCallContext context) =>
        Find(context) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, $"Metadata '{MetadataKey}' is missing: only attempts may call this."));

    private byte[] Signature(AttemptCredential credential)
    {
        var unsigned = credential;
        if (!credential.Signature.IsEmpty)
        {
            unsigned = credential.Clone();
            unsigned.Signature = ByteString.Empty;
        }

        return HMACSHA256.HashData(_key, unsigned.ToByteArray());
    }

    /// <summary>A key from its file, which is made when it is missing. Replicas may start together: one makes it, the others wait until it is written.</summary>
    /// <param name="setting">That names the file, for the error.</param>
    /// <exception cref="SecretFileException">It cannot be made or read, or holds no key.</exception>
    internal static byte[] FromFile(string path, string setting)
    {
        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }

            SpinWait.SpinUntil(() => IsKey(File.ReadAllText(path).Trim()), WaitForFile);
            return Decode(File.ReadAllText(path).Trim(), $"{setting} ({path})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretFileException($"{setting}: {path} cannot be made or read: {e.Message}");
        }
    }

    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
            file.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another made it first.
        }
    }

    // What is half written is too short.
    private static bool IsKey(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length >= 32;

    private static byte[] Decode(string text, string setting)
    {
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length >= 32
            ? key[..length]
            : throw new SecretFileException($"{setting} must be base64 of at least 32 bytes.");
    }
}
