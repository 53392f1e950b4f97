using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

/// <summary>Workspaces for a planner that stands alone.</summary>
internal static class TestWorkspaces
{
    /// <summary>Folders below roots; there are no artifacts.</summary>
    public static RunWorkspaces Of(params string[] roots) =>
        new(new WorkspaceRules(roots), new PackedWorkspaces(new DirectoryArtifactStore(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), TimeProvider.System), Options.Create(new PackedWorkspaceOptions())));
}
