using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Api;
using Orchestrator.Artifacts;
using Orchestrator.Console.Runs.History;
using Orchestrator.Contracts;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>The pages of one run.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder console)
    {
        var run = console.MapGroup("/runs/{id}");
        run.MapGet("", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Plan));
        run.MapGet("/tasks", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Tasks));
        run.MapGet("/timeline", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Timeline));
        run.MapGet("/history", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.History));
        run.MapGet("/context", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Context));
        run.MapGet("/cost", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Cost));
        run.MapGet("/result", (RunReads reads, HttpContext context, string id) => reads.ShowAsync(context, id, RunTab.Result));
        run.MapGet("/tasks/{**task}", (RunReads reads, HttpContext context, string id, string task) => reads.ShowTaskAsync(context, id, task));
        run.MapGet("/artifacts/{artifact}", (RunReads reads, HttpContext context, string id, string artifact) => reads.ShowArtifactAsync(context, id, artifact));
        run.MapGet("/fragments/header", (RunReads reads, HttpContext context, string id) => reads.HeaderAsync(context, id));
        run.MapGet("/fragments/history-rows", (RunReads reads, HttpContext context, string id, long after) => reads.RowsAsync(context, id, after));
        run.MapGet("/fragments/task/{**task}", (RunReads reads, HttpContext context, string id, string task) => reads.TaskFragmentAsync(context, id, task));
        run.MapGet("/fragments/{tab}", (RunReads reads, HttpContext context, string id, RunTab tab) => reads.TabFragmentAsync(context, id, tab));
        RunForms.Map(run);
    }
}
