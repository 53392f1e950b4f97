using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Schedules, which start runs by the clock.</summary>
internal static class ScheduleEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/schedules", ListAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("list_schedules", "Lists the schedules, by name")
        {
            Response = ListSchedulesResponse.Descriptor,
            Errors = [400, 503],
        });
        api.MapGet("/schedules/{name}", GetAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_schedule", "Gets a schedule")
        {
            Response = ScheduleView.Descriptor,
            Errors = [400, 404, 503],
        });
        api.MapPut("/schedules/{name}", PutAsync).Needs(Permissions.SchedulesWrite).WithMetadata(new ApiOperation("put_schedule", "Makes a schedule, or replaces it")
        {
            Description = "Exactly one of cron and every is set; run is what is submitted at each start.",
            Request = Schedule.Descriptor,
            Response = ScheduleView.Descriptor,
            Errors = [400, 413, 415, 503],
        });
        api.MapDelete("/schedules/{name}", DeleteAsync).Needs(Permissions.SchedulesWrite).WithMetadata(new ApiOperation("delete_schedule", "Deletes a schedule")
        {
            Description = "Runs that it started go on.",
            Success = StatusCodes.Status204NoContent,
            Errors = [400, 404, 503],
        });
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] ISchedules schedules)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(new ListSchedulesResponse { Schedules = { await schedules.ListAsync(Callers.Of(context), context.RequestAborted) } });
    }

    private static async Task<IResult> GetAsync(HttpContext context, [FromRoute] string name, [FromServices] ISchedules schedules)
    {
        _ = new QueryReader(context);
        RequestLimits.Check(new DeleteScheduleRequest { Name = name });
        return ProtoBody.Result(await schedules.GetAsync(name, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> PutAsync(HttpContext context, [FromRoute] string name, [FromServices] ISchedules schedules)
    {
        _ = new QueryReader(context);
        var schedule = await ProtoBody.ReadAsync<Schedule>(context);
        ProtoBody.SameAsPath(schedule.Name, name, "name");
        schedule.Name = name;
        RequestLimits.Check(schedule);
        return ProtoBody.Result(await schedules.PutAsync(new PutScheduleRequest { Schedule = schedule }, Callers.Of(context), context.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, [FromRoute] string name, [FromServices] ISchedules schedules)
    {
        _ = new QueryReader(context);
        var request = new DeleteScheduleRequest { Name = name };
        RequestLimits.Check(request);
        await schedules.DeleteAsync(request, Callers.Of(context), context.RequestAborted);
        return Results.NoContent();
    }
}
