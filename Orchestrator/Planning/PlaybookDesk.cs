using Grpc.Core;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Shows playbooks, and holds the text of one against the rules. Changes nothing.</summary>
internal sealed class PlaybookDesk(PlaybookCatalog catalog)
{
    /// <summary>Those that can be used, and what is wrong with the others.</summary>
    public ListPlaybooksResponse List() => new()
    {
        Playbooks = { catalog.Playbooks.Select(playbook => playbook.ToInfo()) },
        Errors = { catalog.Errors.Select(error => error.ToString()) },
    };

    /// <summary>Text, inputs and plan of one; of one that cannot be used, text and errors.</summary>
    /// <exception cref="RequestRefusedException">NOT_FOUND.</exception>
    public GetPlaybookResponse Get(string name)
    {
        if (catalog.Find(name) is { } playbook)
        {
            return new GetPlaybookResponse
            {
                Playbook = playbook.ToInfo(),
                Text = playbook.Text,
                File = playbook.File,
                Plan = playbook.Draft,
                PlannedByAgent = playbook.Planner,
            };
        }

        var errors = catalog.ErrorsOf(name);
        if (errors.Count > 0)
        {
            return new GetPlaybookResponse
            {
                Playbook = new PlaybookInfo { Name = name },
                Text = catalog.BadTextOf(name),
                File = errors[0].File,
                Errors = { errors.Select(ToView) },
            };
        }

        var nearest = Suggestions.Nearest(name, catalog.Playbooks.Select(known => known.Name)) is { } near ? $" Did you mean '{near}'?" : "";
        throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_PLAYBOOK", $"There is no playbook '{name}'.{nearest}", "name");
    }

    /// <summary>What is wrong with a text, or what it yields.</summary>
    public ValidatePlaybookResponse Validate(ValidatePlaybookRequest request)
    {
        var (playbook, errors) = catalog.Check(request.Text, request.Name);
        return playbook is null
            ? new ValidatePlaybookResponse { Errors = { errors.Select(ToView) } }
            : new ValidatePlaybookResponse { Playbook = playbook.ToInfo(), Plan = playbook.Draft, PlannedByAgent = playbook.Planner };
    }

    private static TextError ToView(PlaybookError error) => new() { Line = error.Line, Column = error.Column, Message = error.Reason };
}
