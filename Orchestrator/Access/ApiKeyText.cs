using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Access;

/// <summary>
/// The text of a key: <c>agk_ID_SECRET</c>. The secret has 256 random bits, so its SHA-256 is all that has to be kept: there is
/// nothing to guess that a slow hash would protect, and a fast one costs a call next to nothing.
/// </summary>
/// <param name="Id">What it is called; no secret.</param>
/// <param name="Hash">SHA-256 of the secret.</param>
internal readonly record struct ApiKeyText(string Id, byte[] Hash)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "agk_";

    /// <summary>What tokens begin with that instances of agents make for themselves.</summary>
    public const string TokenPrefix = "agt_";

    private const int MaxId = 32;
    private const int MinSecret = 43;
    private const int MaxSecret = 128;
    private static readonly SearchValues<char> s_id = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> s_secret = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>What lists, logs and errors may show.</summary>
    public string Shown => Prefix + Id;

    /// <summary>A new key.</summary>
    /// <param name="text">The key itself.</param>
    public static ApiKeyText New(out string text)
    {
        var id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 12);
        var secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
        text = $"{Prefix}{id}_{secret}";
        return new ApiKeyText(id, HashOf(secret));
    }

    /// <summary>Reads a key.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > Prefix.Length + MaxId + 1 + MaxSecret)
            return false;
        var rest = text.AsSpan(Prefix.Length);
        var at = rest.IndexOf('_');
        if (at < 0 || !IsId(rest[..at]))
            return false;
        var secret = rest[(at + 1)..];
        if (secret.Length < MinSecret || secret.ContainsAnyExcept(s_secret))
            return false;
        key = new ApiKeyText(rest[..at].ToString(), HashOf(secret));
        return true;
    }

    /// <summary>Whether a text can be the id of a key.</summary>
    public static bool IsId(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxId && !text.ContainsAnyExcept(s_id);

    private static byte[] HashOf(ReadOnlySpan<char> secret)
    {
        Span<byte> bytes = stackalloc byte[MaxSecret];
        var length = Encoding.ASCII.GetBytes(secret, bytes);
        var hash = SHA256.HashData(bytes[..length]);
        CryptographicOperations.ZeroMemory(bytes);
        return hash;
    }
}
