using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Orchestrator.Tests.Dispatch;

/// <summary>An agent written against the contract alone, as in another language, that does to its callers what a test says. It has no work streams.</summary>
internal sealed class BareAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _orchestrator;
    private AsyncDuplexStreamingCall<JoinRequest, JoinResponse>? _join;
    private Registration _registration = new();

    private BareAgent(WebApplication app, string orchestrator)
    {
        _app = app;
        _orchestrator = GrpcChannel.ForAddress(orchestrator);
    }

    public delegate Task Stream(TaskAssignment assignment, IServerStreamWriter<TaskEvent> events, ServerCallContext context);

    /// <summary>What is done for an attempt; by default it succeeds at once.</summary>
    public Stream OnExecute { get; set; } = (_, events, _) => events.WriteAsync(Result(1));

    /// <summary>What is answered to an Attach; by default the attempt is not known.</summary>
    public Func<AttachRequest, IServerStreamWriter<TaskEvent>, ServerCallContext, Task> OnAttach { get; set; } =
        (_, _, _) => throw new RpcException(new Status(StatusCode.NotFound, "unknown"));

    public ConcurrentQueue<TaskAssignment> Executed { get; } = new();

    public ConcurrentQueue<AttachRequest> Attached { get; } = new();

    public ConcurrentQueue<AttemptKey> Acknowledged { get; } = new();

    public ConcurrentQueue<CancelRequest> Cancelled { get; } = new();

    public int Described { get; private set; }

    public static TaskEvent Result(long seq) => new() { Seq = seq, Result = new TaskResult { Output = new Struct { Fields = { ["ok"] = Value.ForBool(true) } } } };

    public static TaskEvent Progress(long seq, double fraction) => new() { Seq = seq, Progress = new TaskProgress { Fraction = fraction, Message = $"{fraction}" } };

    public static TaskEvent Tool(long seq, string tool) => new() { Seq = seq, ToolCall = new ToolCall { Tool = tool, Ok = true } };

    public static async Task<BareAgent> StartAsync(Engine.TestSystem system, string id, int capacity = 1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Holder>();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        var agent = new BareAgent(app, system.GrpcUrl);
        app.Services.GetRequiredService<Holder>().Agent = agent;
        agent._registration = Desk.Registration(id, capacity);
        await agent.JoinAgainAsync();
        return agent;
    }

    public async Task HeartbeatAsync(int running = 0) =>
        await _join!.RequestStream.WriteAsync(new JoinRequest { Heartbeat = new Heartbeat { Running = running, Healthy = true } });

    public async ValueTask DisposeAsync()
    {
        _join?.Dispose();
        _orchestrator.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Joins, as the same incarnation.</summary>
    public async Task JoinAgainAsync()
    {
        _registration.Url = _app.Urls.Single();
        _join = new RegistryService.RegistryServiceClient(_orchestrator).Join();
        await _join.RequestStream.WriteAsync(new JoinRequest { Registration = _registration });
        (await _join.ResponseStream.MoveNext(default)).ShouldBeTrue();
    }

    private sealed class Holder
    {
        public BareAgent Agent { get; set; } = null!;
    }

    private sealed class Service(Holder holder) : AgentService.AgentServiceBase
    {
        public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context)
        {
            holder.Agent.Described++;
            return Task.FromResult(new DescribeResponse());
        }

        public override Task Execute(ExecuteRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context)
        {
            holder.Agent.Executed.Enqueue(request.Assignment);
            return holder.Agent.OnExecute(request.Assignment, responseStream, context);
        }

        public override Task Attach(AttachRequest request, IServerStreamWriter<TaskEvent> responseStream, ServerCallContext context)
        {
            holder.Agent.Attached.Enqueue(request);
            return holder.Agent.OnAttach(request, responseStream, context);
        }

        public override Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
        {
            foreach (var key in request.Attempts)
            {
                holder.Agent.Acknowledged.Enqueue(key);
            }

            return Task.FromResult(new AcknowledgeResponse());
        }

        public override Task<CancelResponse> Cancel(CancelRequest request, ServerCallContext context)
        {
            holder.Agent.Cancelled.Enqueue(request);
            return Task.FromResult(new CancelResponse());
        }
    }
}
