using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Orchestrator.Access;

/// <summary>Encrypts and authenticates with a key that all replicas have, which the framework's own keys are not: AES-256-GCM, a nonce for each text.</summary>
internal sealed class SessionProtector(byte[] key) : IDataProtector
{
    private static readonly int s_nonce = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int s_tag = AesGcm.TagByteSizes.MaxSize;

    public IDataProtector CreateProtector(string purpose) => throw new NotSupportedException("The key is for one purpose.");

    public byte[] Protect(byte[] plaintext)
    {
        var result = new byte[s_nonce + s_tag + plaintext.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, s_nonce));
        using var aes = new AesGcm(key, s_tag);
        aes.Encrypt(result.AsSpan(0, s_nonce), plaintext, result.AsSpan(s_nonce + s_tag), result.AsSpan(s_nonce, s_tag));
        return result;
    }

    /// <exception cref="CryptographicException">It was not protected with this key, or was changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < s_nonce + s_tag)
            throw new CryptographicException("Too short.");
        var plaintext = new byte[protectedData.Length - s_nonce - s_tag];
        using var aes = new AesGcm(key, s_tag);
        aes.Decrypt(protectedData.AsSpan(0, s_nonce), protectedData.AsSpan(s_nonce + s_tag), protectedData.AsSpan(s_nonce, s_tag), plaintext);
        return plaintext;
    }
}
