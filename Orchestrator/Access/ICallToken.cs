using System.Security.Claims;

namespace Orchestrator.Access;

/// <summary>A token that is no key of ours, and whom it stands for.</summary>
internal interface ICallToken
{
    /// <summary>The token.</summary>
    string Text { get; }

    /// <summary>Whoever shows it.</summary>
    ClaimsPrincipal Caller { get; }
}
