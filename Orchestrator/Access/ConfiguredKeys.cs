using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>The keys that stand in the configuration: one for the first administrator, and one for agents.</summary>
internal static class ConfiguredKeys
{
    /// <summary>What those keys are under in the lists and as names.</summary>
    public const string CreatedBy = "configuration";

    /// <summary>Reads them.</summary>
    /// <exception cref="OptionsValidationException">A setting is no key; the message names the setting and nothing of the key.</exception>
    public static IEnumerable<KeyRecord> Read(AccessOptions options)
    {
        if (Read(options.AdminKey, "Access:AdminKey") is { } admin)
            yield return Record(admin, "admin", CallerIdentity.AllTenants, Roles.Admin);
        if (Read(options.AgentKey, "Access:AgentKey") is { } agent)
            yield return Record(agent, "agents", CallerIdentity.AllTenants, Roles.Agent);
    }

    private static ApiKeyText? Read(string? value, string setting)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return ApiKeyText.TryRead(value.Trim(), out var key)
            ? key
            : throw AccessOptions.Wrong(
                $"{setting}, or what {setting}File names, is no API key. One is agk_ID_SECRET, with an ID of small letters and digits, and a SECRET of at least 43 random letters, digits, '-' and '_': agents keys generate makes one.");
    }

    private static KeyRecord Record(ApiKeyText key, string name, string tenant, string role) => new()
    {
        Id = key.Id,
        SecretHash = ByteString.CopyFrom(key.Hash),
        Name = name,
        Tenant = tenant,
        Roles = { role },
        CreatedBy = CreatedBy,
        CreatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
    };
}
