namespace Orchestrator.Policy.Rules;

/// <summary>What <c>policies/tools.json</c> holds.</summary>
internal sealed record PolicyFile(PolicyRules ToolPolicy);

/// <summary>The rules; the first that fits decides.</summary>
/// <param name="Default">The effect when none fits.</param>
internal sealed record PolicyRules(string Default, IReadOnlyList<PolicyRule> Rules);

/// <summary>
/// One rule: all of its conditions must hold; a condition that is left out holds. Lists are globs, of which one must fit.
/// </summary>
/// <param name="Id">Unique.</param>
/// <param name="Effect"><c>allow</c>, <c>deny</c>, <c>needs_approval</c>.</param>
internal sealed record PolicyRule(string Id, string Effect)
{
    public string? Reason { get; init; }

    public IReadOnlyList<string>? Tools { get; init; }

    public IReadOnlyList<string>? Risks { get; init; }

    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Names of instances.</summary>
    public IReadOnlyList<string>? Agents { get; init; }

    public IReadOnlyList<string>? Tenants { get; init; }

    public IReadOnlyList<string>? Principals { get; init; }

    public IReadOnlyList<string>? Playbooks { get; init; }

    /// <summary>Labels of the run that must be there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }

    public IReadOnlyList<PolicyArgument>? Arguments { get; init; }

    public PolicyTime? Time { get; init; }

    /// <summary>What is allowed in so many words beside the call.</summary>
    public IReadOnlyList<string>? Grants { get; init; }

    /// <summary>Who may approve. Null: everybody of the tenant.</summary>
    public IReadOnlyList<string>? Deciders { get; init; }
}

/// <summary>A condition on an argument: one of the four is set. An allowing rule holds for all values, any other for one.</summary>
internal sealed record PolicyArgument(string Name)
{
    /// <summary>The value as text.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The value as a path, <c>.</c> and <c>..</c> taken out.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The host of the value as an address, lower case.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>The verbs of the value as SQL, lower case.</summary>
    public IReadOnlyList<string>? Verbs { get; init; }
}

/// <summary>When, in UTC.</summary>
internal sealed record PolicyTime
{
    /// <summary><c>mon</c> to <c>sun</c>. Null: every day.</summary>
    public IReadOnlyList<string>? Days { get; init; }

    /// <summary><c>08:00</c>, inclusive. Null: 00:00.</summary>
    public string? From { get; init; }

    /// <summary><c>18:00</c>, exclusive; before <see cref="From"/>: over midnight. Null: 24:00.</summary>
    public string? To { get; init; }
}
