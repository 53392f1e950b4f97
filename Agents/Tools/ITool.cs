using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Workspaces;

namespace Agents.Tools;

/// <summary>Something that an agent may call by its name. One object serves all calls.</summary>
public interface ITool
{
    /// <summary>Name, schema, owner and risk: what the agent's contract says of it.</summary>
    ToolDeclaration Declaration { get; }

    /// <summary>Does it. Policy was asked before.</summary>
    /// <param name="arguments">As the caller gave them; the tool checks them.</param>
    /// <param name="call">What it may work on.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="ToolException">It cannot, or failed.</exception>
    /// <exception cref="WorkspaceException">A path is not acceptable.</exception>
    Task<JsonObject> RunAsync(JsonObject arguments, ToolCallContext call, CancellationToken cancellationToken);
}

/// <summary>What one call may work on.</summary>
/// <param name="Folder">The files of the attempt.</param>
/// <param name="Grant">What policy said.</param>
public sealed record ToolCallContext(ToolFolder Folder, ToolGrant Grant);
