using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Audit;

/// <summary>
/// Looks for events in the logs of one run or of all runs of a tenant, newest run first. One call looks at no more than
/// <see cref="MaxScanned"/> events and <see cref="MaxRuns"/> runs; its token says where the next goes on.
/// </summary>
internal sealed class EventSearch(IRunStore store)
{
    /// <summary>Events that one call looks at.</summary>
    public const int MaxScanned = 20_000;

    /// <summary>Runs that one call looks at.</summary>
    public const int MaxRuns = 500;

    private const int DefaultPageSize = 50;
    private const int RunsAtATime = 50;

    /// <exception cref="RequestRefusedException">NOT_FOUND: there is no such run. INVALID_ARGUMENT: a kind or the token is none.</exception>
    public async Task<SearchEventsResponse> SearchAsync(SearchEventsRequest request, Principal caller, CancellationToken ct)
    {
        var filter = new EventFilter(request);
        var work = new Work(request.PageSize > 0 ? request.PageSize : DefaultPageSize);
        var from = Position.Parse(request.PageToken);
        if (request.RunId.Length > 0)
        {
            if (await store.GetIndexAsync(request.RunId, ct) is not { } index || index.Tenant != caller.Tenant)
            {
                throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_RUN", $"run_id: there is no run '{request.RunId}'.", "run_id");
            }

            await ScanAsync(index, from?.RunId == index.RunId ? from.Version : 0, filter, work, ct);
        }
        else
        {
            await ScanAllAsync(caller.Tenant, from, filter, work, ct);
        }

        work.Response.NextPageToken = work.StoppedAt?.ToString() ?? "";
        return work.Response;
    }

    private async Task ScanAllAsync(string tenant, Position? from, EventFilter filter, Work work, CancellationToken ct)
    {
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new RunQuery(tenant, [], null, cursor, RunsAtATime), ct);
            foreach (var run in page.Runs)
            {
                // New runs come first and others are deleted: the place is a moment, and the run at it.
                if (from is not null && run.RunId != from.RunId && run.CreatedAt.ToUnixTimeMilliseconds() >= from.CreatedAt)
                {
                    continue;
                }

                await ScanAsync(run, from?.RunId == run.RunId ? from.Version : 0, filter, work, ct);
                if (work.StoppedAt is not null)
                {
                    return;
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async Task ScanAsync(RunIndexEntry run, long after, EventFilter filter, Work work, CancellationToken ct)
    {
        var createdAt = run.CreatedAt.ToUnixTimeMilliseconds();
        if (work.IsDone || work.Response.Runs >= MaxRuns)
        {
            work.StoppedAt = new Position(createdAt, run.RunId, after);
            return;
        }

        work.Response.Runs++;
        var scan = filter.Begin();
        // Who a task was given to stands further up in the log.
        await foreach (var stored in store.ReadAsync(run.RunId, scan.NeedsAll ? 0 : after, ct))
        {
            var e = RunEvent.Parser.ParseFrom(stored.Data.Span);
            var fits = scan.Fits(e, isOld: e.Version <= after);
            if (e.Version <= after)
            {
                continue;
            }

            work.Response.Scanned++;
            if (fits)
            {
                work.Response.Events.Add(e);
            }

            if (work.IsDone)
            {
                work.StoppedAt = new Position(createdAt, run.RunId, e.Version);
                return;
            }
        }
    }

    private sealed class Work(int pageSize)
    {
        public SearchEventsResponse Response { get; } = new();

        public Position? StoppedAt { get; set; }

        public bool IsDone => Response.Events.Count >= pageSize || Response.Scanned >= MaxScanned;
    }

    private sealed record Position(long CreatedAt, string RunId, long Version)
    {
        public override string ToString() =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedAt} {RunId} {Version}"))).Replace('+', '-').Replace('/', '_').TrimEnd('=');

        public static Position? Parse(string token)
        {
            if (token.Length == 0)
            {
                return null;
            }

            var text = new byte[token.Length];
            var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            var parts = Convert.TryFromBase64String(padded, text, out var length) ? Encoding.UTF8.GetString(text, 0, length).Split(' ') : [];
            return parts.Length == 3
                && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var createdAt) && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new Position(createdAt, parts[1], version)
                : throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_PAGE", $"page_token: '{token}' is not from an earlier answer.", "page_token");
        }
    }
}
