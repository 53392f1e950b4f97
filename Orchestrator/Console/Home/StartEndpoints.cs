using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Api.Rest;
using Orchestrator.Console.Forms;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Home;

/// <summary>Starts a run: from a playbook's form or in free words, with a look at the plan before.</summary>
internal static class StartEndpoints
{
    private const string Inputs = "inputs.";

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/start", Get).Needs(Permissions.RunsSubmit);
        console.MapPost("/start", PostAsync).Needs(Permissions.RunsSubmit);
    }

    private static IResult Get(HttpContext context, [FromServices] PlaybookCatalog playbooks)
    {
        var values = context.Request.Query.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        return Show(playbooks, values, new Dictionary<string, string>(StringComparer.Ordinal), null);
    }

    private static async Task<IResult> PostAsync(HttpContext context, [FromServices] IRunEngine engine, [FromServices] PlaybookCatalog playbooks, [FromServices] PlanPreviews previews)
    {
        var principal = Callers.Of(context);
        var values = FormValues.Of(context.Request.Form);
        var (request, wrong) = Read(values, playbooks);
        var errors = new Dictionary<string, string>(wrong, StringComparer.Ordinal);
        try
        {
            if (errors.Count == 0)
            {
                RequestLimits.Check(request);
                if (values.GetValueOrDefault("action") != "start")
                    return Show(playbooks, values, errors, await previews.OfAsync(request, principal, context.RequestAborted));
                var started = await engine.SubmitAsync(request, principal, context.RequestAborted);
                return Page.SeeOther(context, $"/runs/{started.RunId}");
            }
        }
        catch (RequestRefusedException refused)
        {
            errors[refused.Field ?? ""] = refused.Message;
            return Show(playbooks, values, errors, null, Problem.Of(refused)!.Status);
        }

        return Show(playbooks, values, errors, null, StatusCodes.Status400BadRequest);
    }

    private static (SubmitRunRequest Request, IReadOnlyDictionary<string, string> Errors) Read(IReadOnlyDictionary<string, string> values, PlaybookCatalog playbooks)
    {
        string Of(string name) => values.GetValueOrDefault(name, "").Trim();
        var playbook = playbooks.Find(Of("playbook"));
        var (inputs, wrong) = playbook is null ? (new Struct(), new Dictionary<string, string>(StringComparer.Ordinal)) : FormValues.Read(playbook.InputSchema, values, Inputs);
        var errors = new Dictionary<string, string>(wrong, StringComparer.Ordinal);
        var request = new SubmitRunRequest
        {
            RequestId = Of("request_id"),
            // A playbook alone says what is wanted.
            Request = Of("request").ReplaceLineEndings("\n") is { Length: > 0 } text ? text : playbook?.Title ?? "",
            Playbook = Of("playbook"),
            Inputs = inputs,
            Priority = Of("priority"),
            Workspace = Of("workspace") is { Length: > 0 } path ? new Workspace { Path = path } : null,
        };
        foreach (var line in Of("labels").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                request.Labels[line[..at].Trim()] = line[(at + 1)..].Trim();
            else
                errors["labels"] = $"'{line}' is not key=value.";
        }

        return (request, errors);
    }

    private static IResult Show(PlaybookCatalog playbooks, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> errors, PreviewPlanResponse? preview, int status = StatusCodes.Status200OK) =>
        Page.Show<StartPage>(
            new
            {
                Playbooks = (IReadOnlyList<PlaybookInfo>)[.. playbooks.Playbooks.Select(playbook => playbook.ToInfo())],
                Chosen = playbooks.Find(values.GetValueOrDefault("playbook", ""))?.ToInfo(),
                Values = values,
                Errors = errors,
                Preview = preview,
            },
            status);
}
