using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Console.Forms;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Playbooks;

/// <summary>Workflows: what they are for, their text and plan, and a form that starts them.</summary>
internal static class PlaybookEndpoints
{
    private const string Prefix = "inputs.";

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/playbooks", ([FromServices] PlaybookDesk playbooks) => Page.Show<PlaybooksPage>(new { List = playbooks.List() }));
        console.MapGet("/playbooks/validate", () => Page.Show<ValidatePage>(new { Text = "" }));
        console.MapPost("/playbooks/validate", Validate).Needs(Permissions.RunsRead);
        console.MapGet("/playbooks/{name}", (string name, [FromServices] PlaybookDesk playbooks) => Show(playbooks, name, null, null, null));
        console.MapPost("/playbooks/{name}/start", StartAsync).Needs(Permissions.RunsSubmit);
    }

    private static IResult Validate(HttpContext context, [FromServices] PlaybookDesk playbooks)
    {
        var request = new ValidatePlaybookRequest { Text = FormValues.Of(context.Request.Form).GetValueOrDefault("text", "").ReplaceLineEndings("\n") };
        RequestLimits.Check(request);
        return Page.Show<ValidatePage>(new { request.Text, Answer = playbooks.Validate(request) });
    }

    private static IResult Show(PlaybookDesk playbooks, string name, IReadOnlyDictionary<string, string>? values, IReadOnlyDictionary<string, string>? errors, PreviewPlanResponse? preview)
    {
        RequestLimits.Check(new GetPlaybookRequest { Name = name });
        return Page.Show<PlaybookPage>(
            new { Playbook = playbooks.Get(name), Values = values, Errors = errors, Preview = preview }, errors is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> StartAsync(
        HttpContext context, string name, [FromServices] PlaybookDesk playbooks, [FromServices] PlanPreviews previews, [FromServices] IRunEngine engine)
    {
        var schema = playbooks.Get(name).Playbook.InputSchema;
        var values = FormValues.Of(context.Request.Form);
        var (inputs, errors) = FormValues.Read(schema, values, Prefix);
        if (errors.Count > 0)
            return Show(playbooks, name, values, errors, null);
        var request = new SubmitRunRequest
        {
            Playbook = name,
            Request = values.GetValueOrDefault("request", "").Trim(),
            Inputs = inputs,
            Priority = values.GetValueOrDefault("priority", ""),
            Workspace = values.GetValueOrDefault("workspace", "").Trim() is { Length: > 0 } path ? new Workspace { Path = path } : null,
        };
        try
        {
            RequestLimits.Check(request);
            if (values.GetValueOrDefault("action") == "preview")
                return Show(playbooks, name, values, null, await previews.OfAsync(request, Callers.Of(context), context.RequestAborted));
            var run = await engine.SubmitAsync(request, Callers.Of(context), context.RequestAborted);
            return Page.SeeOther(context, $"/runs/{run.RunId}", "The run has begun.");
        }
        catch (RequestRefusedException e) when (e.GrpcCode == StatusCode.InvalidArgument)
        {
            var field = e.Field is "workspace.path" ? "workspace" : e.Field ?? "";
            var known = field is "request" or "workspace" || FormField.Of(schema).Any(one => Prefix + one.Name == field);
            return Show(playbooks, name, values, new Dictionary<string, string>(StringComparer.Ordinal) { [known ? field : ""] = e.Message }, null);
        }
    }
}
