using System.Buffers;
using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>What a new key may be.</summary>
internal static class KeyRules
{
    private const int MaxName = 100;
    private const int MaxTenant = 63;
    private static readonly SearchValues<char> s_tenant = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <exception cref="RequestRefusedException">It may not.</exception>
    public static void Check(CreateKeyRequest request, string tenant, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
            throw Refused("name", "name is missing; it says who or what has the key.");
        if (request.Name.Length > MaxName || request.Name.Any(char.IsControl))
            throw Refused("name", $"name has {request.Name.Length} characters; at most {MaxName} are allowed, and no control characters.");
        if (request.RequestId.Length > 200)
            throw Refused("request_id", $"request_id has {request.RequestId.Length} characters; at most 200 are allowed.");
        if (tenant != CallerIdentity.AllTenants && (tenant.Length is 0 or > MaxTenant || tenant.AsSpan().ContainsAnyExcept(s_tenant)))
            throw Refused("tenant", $"tenant is '{tenant}'; it must be 1 to {MaxTenant} small letters, digits and '-', or '{CallerIdentity.AllTenants}' for all.");
        if (request.Roles.Count == 0)
            throw Refused("roles", $"roles is empty; at least one of {string.Join(", ", Roles.All)} is needed.");
        if (request.Roles.FirstOrDefault(role => !Roles.All.Contains(role)) is { } unknown)
            throw Refused("roles", $"roles has '{unknown}'; there are {string.Join(", ", Roles.All)}.");
        if (request.Roles.Contains(Roles.Agent) && request.Roles.Any(role => role != Roles.Agent))
            throw Refused("roles", "roles has agent and others; an agent's key is for nothing else.");
        if (tenant == CallerIdentity.AllTenants && request.Roles.Any(role => role is not (Roles.Admin or Roles.Agent)))
            throw Refused("tenant", $"tenant is '{CallerIdentity.AllTenants}'; only admin and agent are roles for all tenants.");
        if (tenant != CallerIdentity.AllTenants && request.Roles.Contains(Roles.Agent))
            throw Refused("tenant", $"tenant is '{tenant}'; agents work for all tenants: it must be '{CallerIdentity.AllTenants}'.");
        if (request.ExpiresAt is { } at && (at.Seconds is < 0 or > 253_402_300_799 || at.Nanos is < 0 or > 999_999_999 || at.ToDateTimeOffset() <= now))
            throw Refused("expires_at", "expires_at is no moment to come.");
    }

    private static RequestRefusedException Refused(string field, string message) => new(StatusCode.InvalidArgument, "INVALID_ARGUMENT", message, field);
}
