using System.Text.Json.Nodes;

namespace Agents.Hosting;

/// <summary>What is said of a tool in the contract of an agent that has it.</summary>
/// <param name="Name">E.g. <c>fs.read</c>.</param>
/// <param name="Description">What it does, for people and models; may be empty.</param>
/// <param name="InputSchema">JSON Schema of its arguments.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Risk"><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</param>
public sealed record ToolDeclaration(string Name, string Description, JsonObject InputSchema, string Owner, string Risk);

/// <summary>Tools that a process has. Those that its agent may use become part of its contract.</summary>
public interface IToolCatalog
{
    /// <summary>All of them.</summary>
    IReadOnlyCollection<ToolDeclaration> Declarations { get; }
}

/// <summary>That policy allowed a call.</summary>
/// <param name="Grants">What it allowed in so many words, e.g. <c>network</c>; usually nothing.</param>
/// <param name="Reason">The rule that decided.</param>
public sealed record ToolGrant(IReadOnlyCollection<string> Grants, string Reason)
{
    /// <summary>The call may reach the network.</summary>
    public const string Network = "network";

    /// <summary>Nothing is granted beside the call itself.</summary>
    public static ToolGrant Plain { get; } = new([], "");

    /// <summary>Whether something was granted in so many words.</summary>
    /// <param name="what">E.g. <see cref="Network"/>.</param>
    /// <returns>True when it was.</returns>
    public bool Has(string what) => Grants.Contains(what);
}
