using System.Buffers;

namespace Orchestrator.Artifacts;

/// <summary>What tenants, ids and media types may look like. Tenants and ids become names of files.</summary>
internal static class ArtifactNames
{
    public const string Prefix = "sha256-";

    private const int MaxTenant = 100;
    private const int MaxMediaType = 200;
    private static readonly SearchValues<char> TenantChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> HexChars = SearchValues.Create("0123456789abcdef");

    public static void CheckTenant(string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (tenant.Length is 0 or > MaxTenant || tenant.AsSpan().ContainsAnyExcept(TenantChars) || tenant.StartsWith('.'))
        {
            throw new ArgumentException($"Tenant '{tenant}' must have 1 to {MaxTenant} letters, digits, '-', '_' or '.', and not begin with '.'.", nameof(tenant));
        }
    }

    public static void CheckMediaType(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        if (mediaType.Length is 0 or > MaxMediaType || !mediaType.Contains('/', StringComparison.Ordinal) || mediaType.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"Media type '{mediaType}' must be like 'application/json', in at most {MaxMediaType} ASCII characters.", nameof(mediaType));
        }
    }

    public static void CheckId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IsId(id))
        {
            throw new ArgumentException($"Artifact id '{id}' must be '{Prefix}' and 64 lower-case hexadecimal digits.", nameof(id));
        }
    }

    public static bool IsId(string id) =>
        id.Length == Prefix.Length + 64 && id.StartsWith(Prefix, StringComparison.Ordinal) && !id.AsSpan(Prefix.Length).ContainsAnyExcept(HexChars);

    public static string Id(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);
}
