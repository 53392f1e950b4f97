using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Processing;

namespace Orchestrator.Audit;

/// <summary>Where a log stood at a moment, signed with a key that is not in the store. One line of a heads file.</summary>
/// <param name="Version">Of the last event.</param>
/// <param name="Hash">SHA-256 of that event as stored, hexadecimal.</param>
/// <param name="Ended">Whether nothing can follow.</param>
/// <param name="Signature">HMAC-SHA-256 over the other fields, hexadecimal.</param>
/// <param name="Tenant">Whose run it is. Empty: written before heads said it, when all runs were of <see cref="Tenants.Default"/>.</param>
internal sealed record AuditHead(string RunId, long Version, string Hash, bool Ended, DateTimeOffset Time, string Signature, string Tenant = "")
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static AuditHead Sign(byte[] key, string runId, string tenant, long version, ReadOnlySpan<byte> hash, bool ended, DateTimeOffset time)
    {
        var head = new AuditHead(runId, version, Convert.ToHexStringLower(hash), ended, time, "", tenant);
        return head with { Signature = head.Mac(key) };
    }

    public bool IsSignedBy(byte[] key) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Mac(key)), Encoding.ASCII.GetBytes(Signature));

    /// <summary>Whether a tenant may know of it.</summary>
    public bool IsOf(string tenant) => (Tenant.Length > 0 ? Tenant : Tenants.Default) == tenant;

    public string ToLine() => JsonSerializer.Serialize(this, Json);

    /// <returns>Null: the line is no head, e.g. the torn end of a file.</returns>
    public static AuditHead? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditHead>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Mac(byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{RunId}\n{Version}\n{Hash}\n{Ended}\n{Time.UtcTicks}{(Tenant.Length > 0 ? "\n" : "")}{Tenant}"))));
}
