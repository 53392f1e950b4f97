namespace Agents.Rules;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Low,

    /// <summary>Should be repaired.</summary>
    Medium,

    /// <summary>Must be repaired before release.</summary>
    High,
}
