namespace Orchestrator.Access;

/// <summary>The authentication schemes.</summary>
internal static class AccessSchemes
{
    /// <summary>An API key.</summary>
    public const string Keys = "keys";

    /// <summary>None: everybody is the same.</summary>
    public const string Open = "open";
}
