using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Chaos.Tests;

/// <summary>A run as its client sees it.</summary>
internal sealed class ClientRun(Shape shape, int input, string requestId)
{
    public Shape Shape => shape;

    public int Input => input;

    public string RequestId => requestId;

    public string RunId { get; set; } = "";

    /// <summary>What the watcher saw, in the order in which it came, over all its connections.</summary>
    public List<RunEvent> Seen { get; } = [];

    /// <summary>Set when a watcher saw a version that it should not have.</summary>
    public string? Gap { get; set; }
}

/// <summary>Submits runs and watches them, at any replica, on from where a broken connection was.</summary>
internal sealed class RunClient : IDisposable
{
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SilentTime = TimeSpan.FromSeconds(15);
    private readonly GrpcChannel[] _channels;
    private readonly OrchestratorService.OrchestratorServiceClient[] _replicas;
    private int _next;

    public RunClient(Deployment deployment)
    {
        _channels = [.. deployment.Addresses.Select(a => deployment.Security?.Channel(a) ?? GrpcChannel.ForAddress(a))];
        _replicas = [.. _channels.Select(c => new OrchestratorService.OrchestratorServiceClient(c))];
    }

    public int Replicas => _replicas.Length;

    /// <summary>Has a run done from submission to end; ends when the watcher has seen the end.</summary>
    public async Task RunAsync(ClientRun run, CancellationToken ct)
    {
        var submit = new SubmitRunRequest
        {
            RequestId = run.RequestId,
            Request = $"chaos {run.Shape.Playbook} {run.Input}",
            Playbook = run.Shape.Playbook,
            Inputs = new Struct { Fields = { ["n"] = Value.ForNumber(run.Input) } },
        };
        run.RunId = (await RepeatAsync((replica, options) => replica.SubmitRunAsync(submit, options).ResponseAsync, ct)).RunId;
        var cancels = run.Shape.Status == State.Cancelled;
        await foreach (var e in WatchAsync(run, ct))
        {
            if (e.BodyCase == RunEvent.BodyOneofCase.ApprovalRequested)
            {
                await DecideAsync(run, e.ApprovalRequested.TaskId, ct);
            }
            else if (cancels && e.BodyCase == RunEvent.BodyOneofCase.TaskStarted)
            {
                cancels = false;
                var cancel = new CancelRunRequest { RequestId = run.RequestId + "-cancel", RunId = run.RunId, Reason = "chaos" };
                await RepeatAsync((replica, options) => replica.CancelRunAsync(cancel, options).ResponseAsync, ct);
            }
        }
    }

    private async Task DecideAsync(ClientRun run, string taskId, CancellationToken ct)
    {
        var decision = new DecideApprovalRequest
        {
            RequestId = run.RequestId + "-decision",
            RunId = run.RunId,
            TaskId = taskId,
            Approved = run.Input % 2 == 0,
            Comment = "chaos",
        };
        try
        {
            await RepeatAsync((replica, options) => replica.DecideApprovalAsync(decision, options).ResponseAsync, ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            // Decided by an earlier call whose answer was lost; what was decided shows in the result.
        }
    }

    /// <summary>The whole history of a run as one replica tells it.</summary>
    public async Task<List<RunEvent>> HistoryAsync(string runId, int replica, CancellationToken ct)
    {
        while (true)
        {
            List<RunEvent> events = [];
            try
            {
                using var call = _replicas[replica].WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: ct);
                while (await call.ResponseStream.MoveNext(ct))
                {
                    events.Add(call.ResponseStream.Current.Event);
                }

                return events;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !ct.IsCancellationRequested)
            {
                await Task.Delay(100, ct);
            }
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    public static bool IsEnd(RunEvent e) =>
        e.BodyCase is RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled;

    private async IAsyncEnumerable<RunEvent> WatchAsync(ClientRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        while (run.Seen.Count == 0 || !IsEnd(run.Seen[^1]))
        {
            // A replica that was stopped says nothing, and does not close the connection: another one is asked then.
            using var silent = CancellationTokenSource.CreateLinkedTokenSource(ct);
            silent.CancelAfter(SilentTime);
            using var call = Next().WatchRun(new WatchRunRequest { RunId = run.RunId, AfterVersion = run.Seen.Count }, cancellationToken: silent.Token);
            while (await MoveNextAsync(call.ResponseStream, silent.Token, ct))
            {
                silent.CancelAfter(SilentTime);
                var e = call.ResponseStream.Current.Event;
                if (e.Version != run.Seen.Count + 1)
                {
                    run.Gap ??= $"saw version {e.Version} after {run.Seen.Count}";
                    break;
                }

                run.Seen.Add(e);
                yield return e;
            }

            await Task.Delay(20, ct);
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncStreamReader<WatchRunResponse> events, CancellationToken silent, CancellationToken ct)
    {
        try
        {
            return await events.MoveNext(silent);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<T> RepeatAsync<T>(Func<OrchestratorService.OrchestratorServiceClient, CallOptions, Task<T>> call, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await call(Next(), new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallTime, cancellationToken: ct));
            }
            catch (RpcException e) when (!ct.IsCancellationRequested && e.StatusCode
                is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Aborted or StatusCode.ResourceExhausted
                or StatusCode.Cancelled or StatusCode.Unknown)
            {
                // The request id makes it the same request at whichever replica.
                await Task.Delay(100, ct);
            }
        }
    }

    private OrchestratorService.OrchestratorServiceClient Next() => _replicas[(Interlocked.Increment(ref _next) & int.MaxValue) % _replicas.Length];
}
