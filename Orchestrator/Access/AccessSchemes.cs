namespace Orchestrator.Access;

/// <summary>The authentication schemes.</summary>
internal static class AccessSchemes
{
    /// <summary>An API key.</summary>
    public const string Keys = "keys";

    /// <summary>The cookie of whoever has signed in to the console.</summary>
    public const string Console = "console";

    /// <summary>Whichever of the above the call has.</summary>
    public const string Either = "either";

    /// <summary>None: everybody is the same.</summary>
    public const string Open = "open";
}
