using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api;
using Orchestrator.Audit;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Audit;

/// <summary>What happened, in all runs: search, verify, export.</summary>
internal static class AuditEndpoints
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/audit", GetAsync);
        console.MapGet("/audit/{run}", VerifyAsync);
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] EventSearch events)
    {
        var query = context.Request.Query;
        var request = new SearchEventsRequest
        {
            RunId = query["run"].ToString().Trim(),
            Agent = query["agent"].ToString().Trim(),
            Tool = query["tool"].ToString().Trim(),
            Text = query["text"].ToString().Trim(),
            PageSize = PageSize,
            PageToken = query["page"].ToString(),
        };
        request.Kinds.Add(query["kind"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        try
        {
            RequestLimits.Check(request);
            return Page.Show<AuditPage>(new { Request = request, Found = await events.SearchAsync(request, Callers.Of(context), context.RequestAborted) });
        }
        catch (RequestRefusedException e) when (e.GrpcCode is StatusCode.InvalidArgument or StatusCode.NotFound)
        {
            // Told beside the form, where it can be mended.
            return Page.Show<AuditPage>(new { Request = request, Found = new SearchEventsResponse(), Error = e.Message });
        }
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, string run, [FromServices] AuditTrail audit)
    {
        RequestLimits.Check(new VerifyRunRequest { RunId = run });
        return Page.Show<VerifyPage>(new { Report = await audit.VerifyAsync(run, Callers.Of(context), context.RequestAborted) });
    }
}
