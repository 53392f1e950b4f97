namespace Orchestrator.Processing;

/// <summary>Tenants that are known by name.</summary>
internal static class Tenants
{
    /// <summary>Whose everything is while callers are not told apart.</summary>
    public const string Default = "local";
}
