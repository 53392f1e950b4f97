using System.Collections.Frozen;
using System.Security.Claims;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>Who calls, as authentication found out. One object for all calls with a key, so a call costs no more than finding it.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    /// <summary>The tenant of administrators for all tenants.</summary>
    public const string AllTenants = "*";

    /// <summary>The claim that holds the tenant.</summary>
    public const string TenantClaim = "tenant";

    private readonly FrozenSet<string>? _permissions;

    private CallerIdentity(string name, string tenant, IReadOnlyList<string> roles, HeldKey? key, FrozenSet<string>? permissions, string scheme)
        : base([new Claim(ClaimTypes.Name, name), new Claim(TenantClaim, tenant), .. roles.Select(role => new Claim(ClaimTypes.Role, role))], scheme)
    {
        (KeyTenant, HeldRoles, Key, _permissions) = (tenant, roles, key, permissions);
        // An administrator for all has no runs elsewhere: for those, the tenant is the usual one.
        Caller = new Principal { Name = name, Tenant = tenant == AllTenants ? Tenants.Default : tenant };
    }

    /// <summary>In whose name everything below is done. Never changed.</summary>
    public Principal Caller { get; }

    /// <summary>The tenant, or <see cref="AllTenants"/>.</summary>
    public string KeyTenant { get; }

    /// <summary>The roles.</summary>
    public IReadOnlyList<string> HeldRoles { get; }

    /// <summary>The key that was shown; null: none is needed.</summary>
    public HeldKey? Key { get; }

    /// <summary>Everybody where access is open: may do everything, agents' calls included.</summary>
    public static ClaimsPrincipal Open { get; } =
        new(new CallerIdentity("local", AllTenants, [Roles.Admin, Roles.Agent], key: null, permissions: null, AccessSchemes.Open));

    /// <summary>The orchestrator that this one has joined as a team.</summary>
    public static ClaimsPrincipal Master { get; } = new(new CallerIdentity(
        "master", AllTenants, [], key: null, new[] { Permissions.TeamExecute }.ToFrozenSet(StringComparer.Ordinal), AccessSchemes.Keys));

    /// <summary>The holder of a key.</summary>
    public static ClaimsPrincipal Of(HeldKey key) =>
        new(new CallerIdentity(key.Name, key.Tenant, key.Roles, key, Permissions.Of(key.Roles), AccessSchemes.Keys));

    /// <summary>Whether the caller has a permission.</summary>
    public bool May(string permission) => _permissions is null || _permissions.Contains(permission);

    /// <summary>All permissions that the caller has.</summary>
    public IEnumerable<string> Held => _permissions?.Order(StringComparer.Ordinal) ?? Permissions.All.Order(StringComparer.Ordinal);
}
