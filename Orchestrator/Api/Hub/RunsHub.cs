using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Api.Rest;
using Orchestrator.Limits;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Hub;

/// <summary>
/// <c>/hubs/runs</c>: runs as they happen, for SignalR clients. Every method takes one object, the request as REST and gRPC
/// have it; subscriptions are streams. A stream that breaks is continued from the last version that one has.
/// </summary>
[Needs(Permissions.RunsRead)]
internal sealed class RunsHub(IRunEngine engine, RunFeeds feeds, TenantLooks looks, CallerStreams streams, IOptions<LiveOptions> options, ILogger<RunsHub> logger) : Microsoft.AspNetCore.SignalR.Hub
{
    private static readonly object s_subscriptions = new();

    /// <summary>Every event of a run after a version, in arrays; ends after the run's last event.</summary>
    [HubNeeds(Permissions.RunsRead)]
    public IAsyncEnumerable<JsonText> WatchRun(JsonElement request, CancellationToken ct) =>
        Subscribed<WatchRunRequest>(request, (watch, principal, token) => feeds.ReadAsync(watch.RunId, watch.AfterVersion, principal, token), ct);

    /// <summary>Runs with the label <c>project</c> of this value, as arrays of summaries: first those there are, then each that is new or has changed.</summary>
    [HubNeeds(Permissions.RunsRead)]
    public IAsyncEnumerable<JsonText> WatchProject(JsonElement request, CancellationToken ct) => Subscribed<WatchProjectRequest>(request, ProjectAsync, ct);

    /// <summary>The decisions that are waited for, as a whole, whenever they change.</summary>
    [HubNeeds(Permissions.RunsRead)]
    public IAsyncEnumerable<JsonText> WatchApprovals(JsonElement request, CancellationToken ct) => Subscribed<ListApprovalsRequest>(request, ApprovalsAsync, ct);

    /// <summary>Asks a run to stop.</summary>
    [HubNeeds(Permissions.RunsControl)]
    public Task<JsonText> CancelRun(JsonElement request) => Done<CancelRunRequest, CancelRunResponse>(request, engine.CancelAsync);

    /// <summary>Holds a run.</summary>
    [HubNeeds(Permissions.RunsControl)]
    public Task<JsonText> PauseRun(JsonElement request) => Done<PauseRunRequest, PauseRunResponse>(request, engine.PauseAsync);

    /// <summary>Lets a held run go on.</summary>
    [HubNeeds(Permissions.RunsControl)]
    public Task<JsonText> ResumeRun(JsonElement request) => Done<ResumeRunRequest, ResumeRunResponse>(request, engine.ResumeAsync);

    /// <summary>Tells a run something.</summary>
    [HubNeeds(Permissions.RunsControl)]
    public Task<JsonText> GuideRun(JsonElement request) => Done<GuideRunRequest, GuideRunResponse>(request, engine.GuideAsync);

    /// <summary>Decides an approval.</summary>
    [HubNeeds(Permissions.ApprovalsDecide)]
    public Task<JsonText> DecideApproval(JsonElement request) => Done<DecideApprovalRequest, DecideApprovalResponse>(request, engine.DecideAsync, required: "approved");

    private Principal Caller => Callers.Of(Context.GetHttpContext()!);

    private Task<JsonText> Done<TRequest, TResponse>(JsonElement request, Func<TRequest, Principal, CancellationToken, Task<TResponse>> call, string? required = null)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage =>
        HubErrors.Told(logger, async () => JsonText.Of(await call(Read<TRequest>(request, required), Caller, Context.ConnectionAborted)));

    private IAsyncEnumerable<JsonText> Subscribed<T>(JsonElement request, Func<T, Principal, CancellationToken, IAsyncEnumerable<JsonText>> stream, CancellationToken ct)
        where T : IMessage<T>, new() => HubErrors.Told(logger, SubscribedAsync(request, stream, ct), ct);

    private async IAsyncEnumerable<JsonText> SubscribedAsync<T>(
        JsonElement request, Func<T, Principal, CancellationToken, IAsyncEnumerable<JsonText>> stream, [EnumeratorCancellation] CancellationToken ct)
        where T : IMessage<T>, new()
    {
        var open = Subscriptions();
        if (Interlocked.Increment(ref open.Value) > options.Value.MaxSubscriptions)
        {
            Interlocked.Decrement(ref open.Value);
            throw new RequestRefusedException(
                StatusCode.ResourceExhausted, "TOO_MANY_SUBSCRIPTIONS", $"The connection has {options.Value.MaxSubscriptions} subscriptions; more are not allowed (Hub:MaxSubscriptions). End one, or open another connection.");
        }

        try
        {
            using var counted = streams.Open(Caller);
            await foreach (var item in stream(Read<T>(request), Caller, ct))
            {
                yield return item;
            }
        }
        finally
        {
            Interlocked.Decrement(ref open.Value);
        }
    }

    private async IAsyncEnumerable<JsonText> ProjectAsync(WatchProjectRequest request, Principal principal, [EnumeratorCancellation] CancellationToken ct)
    {
        var sample = looks.Runs(principal);
        IReadOnlyDictionary<string, RunSummary>? seen = null;
        while (true)
        {
            var now = await sample.NextAsync(seen, ct);
            var changed = now.Values.Where(run => run.Labels.GetValueOrDefault("project") == request.Project && !run.Equals(seen?.GetValueOrDefault(run.RunId))).ToList();
            if (seen is null || changed.Count > 0)
            {
                yield return Array(changed.OrderByDescending(run => run.CreatedAt));
            }

            seen = now;
        }
    }

    private async IAsyncEnumerable<JsonText> ApprovalsAsync(ListApprovalsRequest request, Principal principal, [EnumeratorCancellation] CancellationToken ct)
    {
        var sample = looks.Approvals(principal);
        ListApprovalsResponse? seen = null;
        List<ApprovalView>? told = null;
        while (true)
        {
            seen = await sample.NextAsync(seen, ct);
            var now = seen.Approvals.Where(approval => (request.RunId.Length == 0 || approval.RunId == request.RunId)
                && (!request.Mine || approval.Deciders.Count == 0 || approval.Deciders.Contains(principal.Name))).ToList();
            if (told is null || !told.SequenceEqual(now))
            {
                told = now;
                yield return Array(now);
            }
        }
    }

    private static JsonText Array(IEnumerable<IMessage> messages) => new(Encoding.UTF8.GetBytes($"[{string.Join(',', messages.Select(ProtoBody.ToJson))}]"));

    private static T Read<T>(JsonElement request, string? required = null)
        where T : IMessage<T>, new()
    {
        var message = ProtoBody.Parse<T>(Encoding.UTF8.GetBytes(request.GetRawText()), required);
        RequestLimits.Check(message);
        return message;
    }

    private StrongBox<int> Subscriptions()
    {
        lock (Context.Items)
        {
            if (Context.Items.TryGetValue(s_subscriptions, out var there))
            {
                return (StrongBox<int>)there!;
            }

            var count = new StrongBox<int>();
            Context.Items[s_subscriptions] = count;
            return count;
        }
    }
}
