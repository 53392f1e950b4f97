using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>The keys that stand in the configuration: one for the first administrator, and one for agents.</summary>
internal static class ConfiguredKeys
{
    /// <summary>What those keys are under in the lists and as names.</summary>
    public const string CreatedBy = "configuration";

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">A setting is no key, or its file cannot be read; the message names the setting and nothing of the key.</exception>
    public static IEnumerable<KeyRecord> Read(AccessOptions options)
    {
        if (Read(options.AdminKey, options.AdminKeyFile, "Access:AdminKey") is { } admin)
            yield return Record(admin, "admin", CallerIdentity.AllTenants, Roles.Admin);
        if (Read(options.AgentKey, options.AgentKeyFile, "Access:AgentKey") is { } agent)
            yield return Record(agent, "agents", CallerIdentity.AllTenants, Roles.Agent);
    }

    private static ApiKeyText? Read(string? value, string? file, string setting)
    {
        if (string.IsNullOrEmpty(value) && string.IsNullOrEmpty(file))
            return null;
        var source = setting;
        if (string.IsNullOrEmpty(value))
        {
            source = $"{setting}File ({file})";
            try
            {
                value = File.ReadAllText(file!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException($"{source} cannot be read: {e.Message}", e);
            }
        }

        return ApiKeyText.TryRead(value.Trim(), out var key)
            ? key
            : throw new InvalidOperationException(
                $"{source} is no API key. One is agk_ID_SECRET, with an ID of small letters and digits, and a SECRET of at least 43 random letters, digits, '-' and '_': agents keys generate makes one.");
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
