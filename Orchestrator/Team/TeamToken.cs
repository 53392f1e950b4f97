using System.Security.Cryptography;

namespace Orchestrator.Team;

/// <summary>What only this process and its master know: the master shows it when it calls, and this process on its calls back. Made at each start.</summary>
internal sealed class TeamToken
{
    /// <summary>The token.</summary>
    public string Text { get; } = $"{Access.ApiKeyText.TokenPrefix}{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
}
