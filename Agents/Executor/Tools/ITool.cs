using System.Text.Json.Nodes;
using Agents.Workspaces;

namespace Agents.Executor.Tools;

/// <summary>Something that a chain may call. One object serves all calls.</summary>
internal interface ITool
{
    /// <summary>E.g. <c>fs.read</c>.</summary>
    string Name { get; }

    /// <summary>Names of the arguments that it takes.</summary>
    IReadOnlyList<string> Arguments { get; }

    /// <summary>Does it.</summary>
    /// <param name="args">Checked for unknown names only.</param>
    /// <param name="workspace">What it may touch.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ToolException">It cannot, or failed.</exception>
    /// <exception cref="WorkspaceException">A path is not acceptable.</exception>
    Task<JsonObject> RunAsync(ToolArguments args, Workspace workspace, CancellationToken cancellationToken);
}
