namespace Orchestrator.Api.Hub;

/// <summary>The permission that a method of a hub needs. One without is nobody's.</summary>
/// <param name="permission">One of <see cref="Access.Permissions"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HubNeedsAttribute(string permission) : Attribute
{
    public string Permission { get; } = permission;
}
