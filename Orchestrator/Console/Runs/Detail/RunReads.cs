using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Api;
using Orchestrator.Artifacts;
using Orchestrator.Console.Runs.History;
using Orchestrator.Context;
using Orchestrator.Contracts;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Console.Runs.Detail;

/// <summary>What the pages of a run read.</summary>
internal sealed class RunReads(IRunEngine engine, RunHistories histories, IRunStore store, IArtifactStore artifacts)
{
    /// <summary>Events on a page of the history.</summary>
    public const int HistoryPage = 200;

    /// <summary>Tasks on a page of the tasks and of the timeline.</summary>
    public const int TaskPage = 100;

    private const int RecentRows = 12;
    private const int MaxTaskEvents = 1000;
    private const long MaxShownBytes = 2_000_000;
    private static readonly HashSet<string> s_trouble = ["attempt_failed", "task_reassigned", "fallback_taken", "revision_requested", "review_scored", "task_held", "budget_held", "task_failed", "approval_decided"];

    public async Task<IResult> ShowAsync(HttpContext context, string id, RunTab tab) => Page.Show<RunPage>(new { Part = await PartAsync(context, id, tab) });

    public async Task<IResult> TabFragmentAsync(HttpContext context, string id, RunTab tab) => Page.Fragment<RunPartView>(new { Part = await PartAsync(context, id, tab) });

    public async Task<IResult> HeaderAsync(HttpContext context, string id) => Page.Fragment<RunHeader>(new { Head = await HeadAsync(context, id), Brief = context.Request.Query["brief"] == "true" });

    public async Task<IResult> ShowTaskAsync(HttpContext context, string id, string task) => Page.Show<TaskPage>(new { Detail = await TaskAsync(context, id, task) });

    public async Task<IResult> TaskFragmentAsync(HttpContext context, string id, string task) => Page.Fragment<TaskBody>(new { Detail = await TaskAsync(context, id, task) });

    public async Task<IResult> RowsAsync(HttpContext context, string id, long after)
    {
        var run = await RunAsync(context, id);
        var rows = await histories.ReadAsync(run, history => Slice(history, after + 1, HistoryPage), Callers.Of(context), context.RequestAborted);
        return Page.Fragment<HistoryRows>(new { RunId = id, Rows = rows, After = after });
    }

    public async Task<IResult> ShowArtifactAsync(HttpContext context, string id, string artifact)
    {
        var run = await RunAsync(context, id);
        var stored = ArtifactIds.ToStore(artifact, "artifact");
        var info = await artifacts.GetAsync(Callers.Of(context).Tenant, stored, context.RequestAborted)
            ?? throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_ARTIFACT", $"There is no artifact '{artifact}'.", "artifact");
        var text = info.Size <= MaxShownBytes && !info.MediaType.StartsWith("image/", StringComparison.Ordinal) ? await TextAsync(stored, Callers.Of(context), context.RequestAborted) : null;
        return Page.Show<ArtifactPage>(new { Run = run, Reference = new ArtifactRef { Id = ArtifactIds.ToWire(info.Id), MediaType = info.MediaType, Size = info.Size, Name = context.Request.Query["name"].ToString() }, Text = text });
    }

    private Task<Run> RunAsync(HttpContext context, string id)
    {
        RequestLimits.Check(new GetRunRequest { RunId = id });
        return engine.GetAsync(id, includeOutputs: false, Callers.Of(context), context.RequestAborted);
    }

    private async Task<RunHead> HeadAsync(HttpContext context, string id) => await HeadAsync(await RunAsync(context, id), context);

    private async Task<RunHead> HeadAsync(Run run, HttpContext context) => run.Summary.Status != State.Failed
        ? new RunHead(run, "", []) { Approvals = await ApprovalsAsync(run, context) }
        : await histories.ReadAsync(run, history =>
        {
            var end = history.Rows.LastOrDefault(row => row.Kind == "run_failed");
            var failed = end is { Cause: > 0 } ? history.Rows[(int)end.Cause - 1].TaskId : "";
            return new RunHead(run, failed, [.. history.Rows.Where(row => failed.Length > 0 && row.TaskId == failed && s_trouble.Contains(row.Kind)).TakeLast(8)]);
        }, Callers.Of(context), context.RequestAborted);

    // Those about tools too, which are not a task's own.
    private async Task<IReadOnlyList<ApprovalView>> ApprovalsAsync(Run run, HttpContext context) => run.Summary.Approvals == 0
        ? []
        : (await engine.ListApprovalsAsync(new ListApprovalsRequest { RunId = run.Summary.RunId }, Callers.Of(context), context.RequestAborted)).Approvals;

    private async Task<RunPart> PartAsync(HttpContext context, string id, RunTab tab)
    {
        var run = await RunAsync(context, id);
        var principal = Callers.Of(context);
        var ct = context.RequestAborted;
        var query = context.Request.Query;
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, 1_000_000) : 0;
        var part = new RunPart(await HeadAsync(run, context), tab, query["open"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal), [], run.Version, [], page, query["status"].ToString(), null, [], [], [], null);
        return tab switch
        {
            RunTab.Plan => part with { Rows = await histories.ReadAsync(run, history => Slice(history, history.Version - RecentRows + 1, RecentRows), principal, ct) },
            RunTab.History => part with { Rows = await histories.ReadAsync(run, history => Slice(history, FirstOf(query["from"], history.Version), HistoryPage), principal, ct) },
            RunTab.Timeline => part with { Tracks = await histories.ReadAsync(run, history => (IReadOnlyList<(string, IReadOnlyList<TaskSpan>)>)[.. history.Tracks.Skip(page * TaskPage).Take(TaskPage).Select(track => (track.TaskId, (IReadOnlyList<TaskSpan>)[.. track.Spans]))], principal, ct) },
            RunTab.Cost => part with
            {
                Cost = await engine.CostAsync(id, principal, ct),
                Spending = await histories.ReadAsync(run, history => (IReadOnlyList<SpendPoint>)[.. history.Spending], principal, ct),
            },
            RunTab.Context => part with
            {
                Entries = await EntriesAsync(id, ct),
                Writes = await histories.ReadAsync(run, history => (IReadOnlyList<HistoryRow>)[.. history.Rows.Where(row => row.Kind is "context_staged" or "context_resolved" or "task_windowed" or "guidance_given").TakeLast(HistoryPage)], principal, ct),
            },
            RunTab.Result when run.Summary.Status.IsTerminal() => part with { Result = await engine.GetResultAsync(new GetRunResultRequest { RunId = id }, principal, ct) },
            _ => part,
        };
    }

    private async Task<TaskDetail> TaskAsync(HttpContext context, string id, string taskId)
    {
        RequestLimits.Check(new GetRunRequest { RunId = id });
        var principal = Callers.Of(context);
        var ct = context.RequestAborted;
        var (run, task, definition, input) = await engine.TaskAsync(id, taskId, principal, ct);
        var (rows, spans) = await histories.ReadAsync(run, history =>
            ((IReadOnlyList<HistoryRow>)[.. history.Rows.Where(row => row.TaskId == taskId).TakeLast(MaxTaskEvents)], (IReadOnlyList<TaskSpan>)[.. history.Track(taskId)?.Spans ?? []]), principal, ct);
        return new TaskDetail(
            await HeadAsync(run, context), task, definition, input, await OutputAsync(task, principal, ct), await EventsAsync(id, rows, principal, ct), rows, spans,
            [.. run.Tasks.Where(other => other.ParentId == taskId)]);
    }

    private async Task<Value?> OutputAsync(TaskView task, Principal principal, CancellationToken ct)
    {
        if (task.OutputRef is { Size: <= MaxShownBytes } reference)
        {
            var marker = new Struct { Fields = { ["$artifact"] = Value.ForString(ArtifactIds.ToStore(reference.Id, "output_ref")) } };
            try
            {
                return await ArtifactValues.ResolveAsync(Value.ForStruct(marker), artifacts, principal.Tenant, ct);
            }
            catch (FileNotFoundException)
            {
                // Retention took it; what conditions needed of it is left.
            }
        }

        return task.Output is null ? null : Value.ForStruct(task.Output);
    }

    private async Task<List<RunEvent>> EventsAsync(string id, IReadOnlyList<HistoryRow> rows, Principal principal, CancellationToken ct)
    {
        var events = new List<RunEvent>();
        if (rows.Count == 0)
            return events;
        var wanted = rows.Select(row => row.Version).ToHashSet();
        await foreach (var e in engine.WatchAsync(id, rows[0].Version - 1, principal, ct))
        {
            if (wanted.Contains(e.Version))
                events.Add(e);
            if (e.Version >= rows[^1].Version)
                break;
        }

        return events;
    }

    private async Task<List<ContextEntry>> EntriesAsync(string id, CancellationToken ct)
    {
        var entries = new List<ContextEntry>();
        await foreach (var record in store.ListContextAsync(id, StagedContext.RunScope, ct))
        {
            var entry = ContextEntry.Parser.ParseFrom(record.Value.Span);
            entry.Key = record.Key;
            entry.Version = record.Version;
            entries.Add(entry);
        }

        return [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    private async Task<string?> TextAsync(string stored, Principal principal, CancellationToken ct)
    {
        await using var content = await artifacts.OpenAsync(principal.Tenant, stored, ct);
        if (content is null)
            return null;
        using var reader = new StreamReader(content);
        var text = await reader.ReadToEndAsync(ct);
        return text.Contains('\0', StringComparison.Ordinal) ? null : text;
    }

    private static IReadOnlyList<HistoryRow> Slice(RunHistory history, long from, int count)
    {
        var start = (int)Math.Clamp(from - 1, 0, history.Rows.Count);
        return [.. history.Rows.Skip(start).Take(count)];
    }

    // Nothing asked for: the last page.
    private static long FirstOf(string? from, long version) =>
        long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Max(1, asked) : Math.Max(1, ((version - 1) / HistoryPage * HistoryPage) + 1);
}
