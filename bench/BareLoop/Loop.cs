using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;
using StackExchange.Redis;

namespace Bench.BareLoop;

/// <summary>
/// What the parts cost by themselves: per task the same server-streaming call to the agent's process that the
/// orchestrator makes, and one atomic append to a log in Redis. No orchestration: nothing is queued, chosen, checked,
/// recovered or watched.
/// </summary>
internal sealed class Loop : IAsyncDisposable
{
    private const int FanOut = 8;

    private const string Append = """
        redis.call('RPUSH', KEYS[2], ARGV[1])
        return redis.call('HINCRBY', KEYS[1], 'version', 1)
        """;

    private readonly Channel<AttemptKey> _done = Channel.CreateUnbounded<AttemptKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly GrpcChannel _channel;
    private readonly AgentService.AgentServiceClient _agent;
    private readonly ConnectionMultiplexer _redis;
    private readonly IDatabase _database;
    private readonly byte[] _append;
    private readonly string _prefix = $"bare:{Environment.ProcessId}";
    private readonly Task _acknowledging;
    private int _flows;

    private Loop(GrpcChannel channel, ConnectionMultiplexer redis, byte[] append)
    {
        (_channel, _redis, _append) = (channel, redis, append);
        _agent = new AgentService.AgentServiceClient(channel);
        _database = redis.GetDatabase();
        _acknowledging = AcknowledgeAsync();
    }

    public static async Task<Loop> ConnectAsync(string agent, string redis)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        var hash = (string)(await connection.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", Append))!;
        var channel = GrpcChannel.ForAddress(agent, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false },
        });
        var loop = new Loop(channel, connection, Convert.FromHexString(hash));
        await loop.JoinedAsync();
        return loop;
    }

    /// <summary>One flow: eight tasks at once, then one on what they gave.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var run = $"run-{Interlocked.Increment(ref _flows):D20}";
        var parts = await Task.WhenAll(Enumerable.Range(0, FanOut).Select(i => TaskAsync(run, $"work/{i}", "work", new Struct
        {
            Fields = { ["i"] = Value.ForNumber(i), ["payload"] = Value.ForString(new string('x', 64)) },
        }, ct)));
        var joined = await TaskAsync(run, "join", "join", new Struct { Fields = { ["parts"] = Value.ForList([.. parts.Select(Value.ForStruct)]) } }, ct);
        if ((int)joined.Fields["count"].NumberValue != FanOut)
        {
            throw new InvalidOperationException($"{run}: {joined}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _done.Writer.Complete();
        await _acknowledging;
        _channel.Dispose();
        await _redis.CloseAsync();
        _redis.Dispose();
    }

    // The agent takes calls once it has joined.
    private async Task JoinedAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                await _agent.DescribeAsync(new DescribeRequest(), cancellationToken: late.Token);
                return;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.Unavailable)
            {
                await Task.Delay(50, late.Token);
            }
        }
    }

    private async Task<Struct> TaskAsync(string run, string task, string type, Struct input, CancellationToken ct)
    {
        var expires = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddSeconds(600));
        var assignment = new TaskAssignment
        {
            MessageId = $"{run}/{task}/1",
            FromAgent = "bench",
            ToAgent = "noop",
            TaskType = type,
            Priority = "normal",
            Task = new TaskBody { InputData = input },
            Credential = new AttemptCredential { RunId = run, TaskId = task, Attempt = 1, Epoch = 1, ExpiresAt = expires },
            Deadline = expires,
        };
        using var call = _agent.Execute(new ExecuteRequest { Assignment = assignment }, cancellationToken: ct);
        while (await call.ResponseStream.MoveNext(ct))
        {
            if (call.ResponseStream.Current.Result is { } result)
            {
                var stored = new RunEvent { RunId = run, TaskOutput = new TaskOutput { TaskId = task, Attempt = 1, Output = result.Output } };
                await _database.ScriptEvaluateAsync(_append, [$"{{{_prefix}}}:run:{run}", $"{{{_prefix}}}:log:{run}"], [stored.ToByteArray()]);
                _done.Writer.TryWrite(new AttemptKey { RunId = run, TaskId = task, Attempt = 1 });
                return result.Output;
            }
        }

        throw new InvalidOperationException($"{run}/{task} ended without a result.");
    }

    // The agent keeps results until somebody says that they are stored; without this its memory would grow.
    private async Task AcknowledgeAsync()
    {
        while (await _done.Reader.WaitToReadAsync())
        {
            var request = new AcknowledgeRequest();
            while (request.Attempts.Count < 500 && _done.Reader.TryRead(out var attempt))
            {
                request.Attempts.Add(attempt);
            }

            await _agent.AcknowledgeAsync(request);
        }
    }
}
