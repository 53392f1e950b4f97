using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Bench.Client;

/// <summary>A client as anybody would write it, on the public API: submit a run, watch it to its end.</summary>
internal sealed class Flows : IDisposable
{
    private const int FanOut = 8;
    private const int Kept = 2000;
    private readonly GrpcChannel[] _channels;
    private readonly OrchestratorService.OrchestratorServiceClient[] _replicas;
    private readonly ConcurrentQueue<string> _ended = new();
    private readonly Struct _inputs;
    private int _next;

    public Flows(string[] addresses)
    {
        _channels = [.. addresses.Select(address => GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false },
        }))];
        _replicas = [.. _channels.Select(channel => new OrchestratorService.OrchestratorServiceClient(channel))];
        var items = Enumerable.Range(0, FanOut).Select(i => Value.ForStruct(new Struct
        {
            Fields = { ["i"] = Value.ForNumber(i), ["payload"] = Value.ForString(new string('x', 64)) },
        }));
        _inputs = new Struct { Fields = { ["items"] = Value.ForList([.. items]) } };
    }

    /// <summary>One flow: fan-out 8, fan-in 1.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var runId = await ToEndAsync("fan", _inputs, FanOut, ct);
        _ended.Enqueue(runId);
        if (_ended.Count > Kept)
        {
            _ended.TryDequeue(out _);
        }
    }

    /// <summary>Holds the histories of some of the last flows against what was promised.</summary>
    public async Task<Verified> VerifyAsync(int count, CancellationToken ct)
    {
        var sample = _ended.Reverse().Where((_, i) => i % 10 == 0).Take(count).ToList();
        var checkedRuns = new List<History>();
        foreach (var runId in sample)
        {
            checkedRuns.Add(await HistoryAsync(runId, ct));
        }

        return new Verified(
            checkedRuns.Count, [.. checkedRuns.SelectMany(history => history.Violations(FanOut + 1)).Take(10)],
            checkedRuns.Sum(history => history.Bytes) / (double)Math.Max(1, checkedRuns.Count), checkedRuns.Sum(history => history.Events) / (double)Math.Max(1, checkedRuns.Count));
    }

    /// <summary>One run of many tasks.</summary>
    public async Task<ManyTasks> ManyAsync(int count, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var runId = await ToEndAsync("many", new Struct { Fields = { ["count"] = Value.ForNumber(count) } }, count, ct);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var history = await HistoryAsync(runId, ct);
        return new ManyTasks(runId, seconds, history.Events, [.. history.Violations(count + 1).Take(10)]);
    }

    /// <summary>Asks for a run that has ended, so that its log is loaded.</summary>
    public async Task<Loaded> LoadAsync(string runId, CancellationToken ct)
    {
        // Only the runs that were asked for last are kept in memory.
        for (var i = 0; i < 100; i++)
        {
            await RunAsync(ct);
            await _replicas[0].GetRunAsync(new GetRunRequest { RunId = _ended.Last() }, cancellationToken: ct);
        }

        var started = TimeProvider.System.GetTimestamp();
        var response = await _replicas[0].GetRunAsync(new GetRunRequest { RunId = runId }, cancellationToken: ct);
        return new Loaded(TimeProvider.System.GetElapsedTime(started).TotalSeconds, response.Run.Version);
    }

    /// <summary>Starts runs that wait for a decision, and goes once all of them wait.</summary>
    public async Task<Waiting> WaitingAsync(int count, CancellationToken ct)
    {
        var runs = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = ct }, async (i, token) =>
        {
            var client = _replicas[Interlocked.Increment(ref _next) % _replicas.Length];
            runs[i] = (await client.SubmitRunAsync(new SubmitRunRequest { Request = "bench", Playbook = "wait" }, cancellationToken: token)).RunId;
        });
        for (var i = 0; i < count; i += Math.Max(1, count / 20))
        {
            var run = (await _replicas[0].GetRunAsync(new GetRunRequest { RunId = runs[i] }, cancellationToken: ct)).Run;
            if (run.Summary.Approvals != 1)
            {
                throw new InvalidOperationException($"Run {runs[i]} does not wait for a decision: {run.Summary}.");
            }
        }

        return new Waiting(count);
    }

    /// <summary>Starts a run that goes on by itself.</summary>
    public async Task<Busy> BusyAsync(CancellationToken ct) =>
        new((await _replicas[0].SubmitRunAsync(new SubmitRunRequest { Request = "bench", Playbook = "busy" }, cancellationToken: ct)).RunId);

    /// <summary>Ends a run.</summary>
    public async Task<Busy> StopAsync(string runId, CancellationToken ct)
    {
        await _replicas[0].CancelRunAsync(new CancelRunRequest { RunId = runId }, cancellationToken: ct);
        return new Busy(runId);
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    private async Task<string> ToEndAsync(string playbook, Struct inputs, int expected, CancellationToken ct)
    {
        var client = _replicas[Interlocked.Increment(ref _next) % _replicas.Length];
        var submitted = await client.SubmitRunAsync(new SubmitRunRequest { Request = "bench", Playbook = playbook, Inputs = inputs }, cancellationToken: ct);
        using var watch = client.WatchRun(new WatchRunRequest { RunId = submitted.RunId, AfterVersion = submitted.Version }, cancellationToken: ct);
        RunEvent? last = null;
        while (await watch.ResponseStream.MoveNext(ct))
        {
            last = watch.ResponseStream.Current.Event;
        }

        if (last?.RunCompleted is not { } completed || (int)completed.Output.Fields["count"].NumberValue != expected)
        {
            throw new InvalidOperationException($"Run {submitted.RunId} ended by {last}.");
        }

        return submitted.RunId;
    }

    private async Task<History> HistoryAsync(string runId, CancellationToken ct)
    {
        var history = new History(runId);
        using var watch = _replicas[0].WatchRun(new WatchRunRequest { RunId = runId }, cancellationToken: ct);
        while (await watch.ResponseStream.MoveNext(ct))
        {
            history.Take(watch.ResponseStream.Current.Event);
        }

        return history;
    }
}

internal sealed record Verified(int Runs, IReadOnlyList<string> Violations, double BytesPerRun, double EventsPerRun);

internal sealed record ManyTasks(string RunId, double Seconds, long Events, IReadOnlyList<string> Violations);

internal sealed record Waiting(int Runs);

internal sealed record Busy(string RunId);

internal sealed record Loaded(double Seconds, long Events);
