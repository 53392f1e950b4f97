namespace Agents.Rules;

/// <summary>What a rule looks after.</summary>
public enum Category
{
    /// <summary>Holes an attacker can use.</summary>
    Security,

    /// <summary>Time and memory spent for nothing.</summary>
    Performance,

    /// <summary>Defects and traps for whoever changes the code next.</summary>
    Quality,
}
