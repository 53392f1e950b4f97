using System.ComponentModel;
using System.Text.Json;
using Agents.Hosting;
using Agents.Models;
using Agents.Planner.Free;
using Agents.Workspaces;
using Protos.V1;
using Workspace = Agents.Workspaces.Workspace;

namespace Agents.Planner;

internal sealed record PlanInput(
    [property: Description("What the user asked for.")] string Request,
    [property: Description("Name of the playbook that the draft comes from; empty for a free plan.")] string Playbook,
    [property: Description("The draft: a plan as in agents/v1/plan.proto, in JSON.")] JsonElement Plan,
    [property: Description("Inputs of the playbook, by name.")] JsonElement? Inputs = null,
    [property: Description("What agents offer, when the plan is to be made freely; absent: the draft is expanded.")] IReadOnlyList<AgentOffer>? Agents = null);

internal sealed record PlanOutput(
    [property: Description("The plan, as in agents/v1/plan.proto, in JSON.")] JsonElement Plan,
    [property: Description("What was changed and why.")] IReadOnlyList<string> Notes);

/// <summary>Makes a playbook's draft fit the files of a run.</summary>
[Agent("planner", Description = "Expands a draft plan over the real workspace: drops what cannot apply, splits what is large, estimates the rest.", MaxParallel = 4)]
internal sealed class PlannerAgent(AgentModels models)
{
    [Task("plan", Description = "Expands a draft plan over the workspace.")]
    public async Task<PlanOutput> PlanAsync(PlanInput input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            var draft = PlanJson.Read(input.Plan);
            PlanCheck.Demand(draft);
            var model = input.Agents is { Count: > 0 } ? models.For("planner", context) : null;
            var inputs = PlanInputs.Of(input.Inputs);
            WorkspaceFacts? facts = null;
            if (context.Workspace.Exists)
            {
                var workspace = Workspace.Open(context.Workspace.Root);
                facts = await Task.Run(() => WorkspaceFacts.Gather(workspace, inputs, cancellationToken), cancellationToken);
            }

            if (model is not null)
                draft = await FreePlanner.PlanAsync(model, input.Request, input.Agents!, facts, context, cancellationToken);
            var notes = PlanExpansion.Expand(draft, facts, inputs);
            PlanCheck.Demand(draft);
            draft.Notes.Add(notes);
            return new PlanOutput(PlanJson.Write(draft), [.. draft.Notes]);
        }
        catch (InvalidPlanException e)
        {
            throw new TaskFailedException("INVALID_PLAN", e.Message, innerException: e);
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }
}
