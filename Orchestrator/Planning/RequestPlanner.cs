using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>
/// Turns a request into a draft plan: a playbook that was named or that fits, or a single task from a message. Looks at
/// the workspace's names to choose; changes nothing.
/// </summary>
/// <param name="free">Plans that a planner makes by itself; null: none.</param>
internal sealed class RequestPlanner(PlaybookCatalog catalog, RunWorkspaces workspaces, SingleTasks singleTasks, FreePlans? free = null)
{
    private static readonly JsonFormatter s_planFormatter =
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>
    /// Plans a request in any of its forms. Completes <paramref name="submitted"/>: inputs get their defaults, and the
    /// workspace's path its links resolved.
    /// </summary>
    /// <param name="request">As the client sent it.</param>
    /// <param name="submitted">What is to be stored of it.</param>
    /// <param name="ct">Gives up; a large packed workspace takes a while to look at.</param>
    /// <exception cref="RequestRefusedException">It cannot be carried out; the message says why.</exception>
    public Task<PlanRequested> PlanAsync(SubmitRunRequest request, RunSubmitted submitted, CancellationToken ct) => request.WorkCase switch
    {
        SubmitRunRequest.WorkOneofCase.Request => PlanAsync(submitted, ct),
        SubmitRunRequest.WorkOneofCase.Message => SingleAsync(submitted, request.Message.Payload?.Description, singleTasks.Plan(request.Message), ct),
        SubmitRunRequest.WorkOneofCase.AgentMessage => SingleAsync(submitted, request.AgentMessage.Task?.Description, SingleTasks.Plan(request.AgentMessage), ct),
        _ => throw Refused("EMPTY_REQUEST", "request is missing; one of request, message and agent_message is required.", "request"),
    };

    /// <summary>Plans a request in words; completes it as above.</summary>
    /// <exception cref="RequestRefusedException">It cannot be carried out; the message says why.</exception>
    public async Task<PlanRequested> PlanAsync(RunSubmitted submitted, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(submitted.Request) && submitted.Playbook.Length == 0)
            throw Refused("EMPTY_REQUEST", "request is empty; say what is wanted.", "request");
        var survey = await workspaces.TakeAsync(submitted, ct);
        var (playbook, reason) = submitted.Playbook.Length > 0
            ? (Named(submitted.Playbook), $"{submitted.Playbook}: asked for")
            : Chosen(submitted.Request, survey);
        CheckNeed(playbook, submitted.Workspace);
        submitted.Inputs = PlaybookInputs.Complete(playbook, submitted.Inputs);
        var draft = playbook.Draft.Clone();
        return new PlanRequested
        {
            Playbook = playbook.Name,
            Reason = reason,
            Draft = draft,
            PlanningTask = playbook.Planner ? PlanningTask(submitted, playbook, draft) : null,
        };
    }

    private async Task<PlanRequested> SingleAsync(RunSubmitted submitted, string? description, (PlannedTask Task, Struct Inputs) single, CancellationToken ct)
    {
        if (submitted.Playbook.Length > 0)
            throw Refused("INVALID_INPUT", $"playbook is '{submitted.Playbook}'; a message is a single task and takes no playbook.", "playbook");
        if (submitted.Inputs is { Fields.Count: > 0 })
            throw Refused("INVALID_INPUT", "inputs are for playbooks; a message carries its own in input_data.", "inputs");
        await workspaces.TakeAsync(submitted, ct);
        var task = single.Task;
        submitted.Request = description ?? "";
        submitted.Inputs = single.Inputs;
        var plan = new Plan { Tasks = { task }, Result = new Struct() };
        foreach (var field in new[] { "summary", "answer", "findings", "citations", "missing", "files" })
            plan.Result.Fields[field] = Value.ForString($"${{{task.Id}.{field}}}");
        plan.Result.Fields["output"] = Value.ForString($"${{{task.Id}}}");
        return new PlanRequested { Reason = $"a single task for the role {task.Role}", Draft = plan };
    }

    private Playbook Named(string name)
    {
        if (catalog.Find(name) is { } playbook)
            return playbook;
        var errors = catalog.ErrorsOf(name);
        if (errors.Count > 0)
            throw Refused("INVALID_PLAYBOOK", $"The playbook '{name}' cannot be used: {string.Join("; ", errors)}.", "playbook");
        var names = catalog.Playbooks.Select(known => known.Name).ToList();
        var nearest = Suggestions.Nearest(name, names) is { } near ? $" Did you mean '{near}'?" : "";
        throw Refused("UNKNOWN_PLAYBOOK", $"playbook is '{name}'; there is none of that name.{nearest} The playbooks are {string.Join(", ", names)}.", "playbook");
    }

    private (Playbook Playbook, string Reason) Chosen(string request, WorkspaceSurvey? survey)
    {
        if (Classifier.Choose(request, catalog.Playbooks, survey) is { } choice)
            return (choice.Playbook, choice.Reason);
        if (free?.Choose(catalog) is { } playbook)
            return (playbook, $"{playbook.Name}: no other playbook fits");
        var list = string.Join("; ", catalog.Playbooks.Select(playbook => $"{playbook.Name} ({playbook.Title})"));
        throw Refused("NO_PLAYBOOK", $"No playbook fits the request, and it is no question. Choose one by name: {list}.", "request");
    }

    private static void CheckNeed(Playbook playbook, Workspace? workspace)
    {
        if (playbook.Workspace == WorkspaceNeed.Required && workspace is null)
            throw Refused("WORKSPACE_MISSING", $"workspace is missing; the playbook '{playbook.Name}' works on files.", "workspace");
        if (playbook.Workspace == WorkspaceNeed.None && workspace is not null)
            throw Refused("INVALID_INPUT", $"workspace is given; the playbook '{playbook.Name}' does not work on files.", "workspace");
    }

    private PlannedTask PlanningTask(RunSubmitted submitted, Playbook playbook, Plan draft)
    {
        var task = Expanding(submitted, playbook, draft);
        if (free?.IsFree(playbook) == true)
            task.Input.Fields["agents"] = free.Offers();
        return task;
    }

    private static PlannedTask Expanding(RunSubmitted submitted, Playbook playbook, Plan draft) => new()
    {
        Id = "plan",
        Title = "Plan",
        Role = "planner",
        TaskType = "plan",
        Description = "Expand the draft plan over the workspace.",
        Input = new Struct
        {
            Fields =
            {
                ["request"] = Value.ForString(submitted.Request),
                ["playbook"] = Value.ForString(playbook.Name),
                ["plan"] = Value.ForStruct(ProtoJson.ParseStruct(s_planFormatter.Format(draft))),
                ["inputs"] = Value.ForStruct(submitted.Inputs),
            },
        },
    };

    private static RequestRefusedException Refused(string code, string message, string field) =>
        new(StatusCode.InvalidArgument, code, message, field);
}
