using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api;
using Orchestrator.Console.Forms;
using Orchestrator.Contracts;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Console.Schedules;

/// <summary>Runs that start by the clock.</summary>
internal static class ScheduleEndpoints
{
    private const int TimesShown = 5;

    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/schedules", async (HttpContext context, [FromServices] ISchedules schedules) =>
            Page.Show<SchedulesPage>(new { Schedules = await schedules.ListAsync(Callers.Of(context), context.RequestAborted) }));
        console.MapGet("/schedules/fragments/list", async (HttpContext context, [FromServices] ISchedules schedules) =>
            Page.Fragment<SchedulesTable>(new { Schedules = await schedules.ListAsync(Callers.Of(context), context.RequestAborted) }));
        console.MapGet("/schedules/new", ([FromServices] PlaybookCatalog playbooks) => Show(playbooks, null, [], ScheduleForm.Of(new Schedule()), null)).Needs(Permissions.SchedulesWrite);
        console.MapGet("/schedules/{name}", GetAsync);
        console.MapPost("/schedules", PutAsync).Needs(Permissions.SchedulesWrite);
        console.MapPost("/schedules/{name}/delete", DeleteAsync).Needs(Permissions.SchedulesWrite);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string name, [FromServices] ISchedules schedules, [FromServices] PlaybookCatalog playbooks, [FromServices] TimeProvider time)
    {
        var view = await schedules.GetAsync(name, Callers.Of(context), context.RequestAborted);
        return Show(playbooks, view, Times(view, time.GetUtcNow()), ScheduleForm.Of(view.Schedule), null);
    }

    private static async Task<IResult> PutAsync(HttpContext context, [FromServices] ISchedules schedules, [FromServices] PlaybookCatalog playbooks)
    {
        var values = FormValues.Of(context.Request.Form);
        var caller = Callers.Of(context);
        try
        {
            var schedule = ScheduleForm.Read(values);
            RequestLimits.Check(schedule);
            if (values.GetValueOrDefault("is_new") == "true" && (await schedules.ListAsync(caller, context.RequestAborted)).Any(view => view.Schedule.Name == schedule.Name))
                throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"There is a schedule '{schedule.Name}' already.", "name");
            await schedules.PutAsync(new PutScheduleRequest { Schedule = schedule }, caller, context.RequestAborted);
            return Page.SeeOther(context, "/schedules", $"The schedule {schedule.Name} is kept.");
        }
        catch (RequestRefusedException e) when (e.GrpcCode == StatusCode.InvalidArgument)
        {
            return Show(playbooks, null, [], values, new Dictionary<string, string>(StringComparer.Ordinal) { [ScheduleForm.FieldOf(e.Field)] = e.Message });
        }
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string name, [FromServices] ISchedules schedules)
    {
        await schedules.DeleteAsync(new DeleteScheduleRequest { Name = name }, Callers.Of(context), context.RequestAborted);
        return Page.SeeOther(context, "/schedules", $"The schedule {name} is deleted; runs that it started go on.");
    }

    private static IResult Show(
        PlaybookCatalog playbooks, ScheduleView? view, IReadOnlyList<DateTimeOffset> times, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string>? errors) => Page.Show<SchedulePage>(
        new { View = view, Times = times, Values = values, Errors = errors, Playbooks = (IReadOnlyList<string>)[.. playbooks.Playbooks.Select(playbook => playbook.Name)] },
        errors is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static List<DateTimeOffset> Times(ScheduleView view, DateTimeOffset now)
    {
        var times = new List<DateTimeOffset>();
        for (var next = view.NextAt?.ToDateTimeOffset(); next is { } at && times.Count < TimesShown; next = ScheduleTimes.Next(view.Schedule, at, at))
        {
            times.Add(at);
        }

        return times.Count > 0 && times[^1] < now - TimeSpan.FromDays(1) ? [] : times;
    }
}
