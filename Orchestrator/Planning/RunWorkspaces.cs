using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>The files that a run is to work on: a folder of this host, or a packed workspace.</summary>
internal sealed class RunWorkspaces(WorkspaceRules folders, PackedWorkspaces packed)
{
    /// <summary>Checks what was submitted, and puts it into the form in which it is stored.</summary>
    /// <returns>What is in it; null: the run works on no files.</returns>
    /// <exception cref="RequestRefusedException">It cannot be used; the message says why.</exception>
    public async Task<WorkspaceSurvey?> TakeAsync(RunSubmitted submitted, CancellationToken ct)
    {
        var workspace = submitted.Workspace;
        if (workspace is null || (workspace.Path.Length == 0 && workspace.Artifact is null))
        {
            submitted.Workspace = null;
            return null;
        }

        if (workspace.Artifact is { } artifact)
        {
            if (workspace.Path.Length > 0)
                throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", "workspace has both a path and an artifact; one of them is allowed.", "workspace");
            var (reference, survey) = await packed.TakeAsync(artifact, submitted.Principal.Tenant, ct);
            submitted.Workspace = new Workspace { Artifact = reference };
            return survey;
        }

        submitted.Workspace = new Workspace { Path = folders.Resolve(workspace.Path) };
        return WorkspaceSurvey.Of(submitted.Workspace.Path);
    }
}
