using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Tests.Fakes;

/// <summary>An agent on a real Kestrel, and a client for it.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningAgent(WebApplication app, TestLog log)
    {
        _app = app;
        Log = log;
        _channel = GrpcChannel.ForAddress(Url);
        Client = new AgentService.AgentServiceClient(_channel);
    }

    public string Url => _app.Urls.Single();

    public AgentService.AgentServiceClient Client { get; }

    public GrpcChannel Channel => _channel;

    public TestLog Log { get; }

    public static Task<RunningAgent> StartAsync(Action<AgentBuilder> agent, FakeOrchestrator? orchestrator = null, params string[] settings) =>
        StartAsync(host => host.AddAgent("echo", agent), orchestrator?.Url, settings);

    public static async Task<RunningAgent> StartAsync(Action<AgentHost> configure, string? orchestratorUrl, params string[] settings)
    {
        // Nobody listens on port 9: an agent works without an orchestrator, it only is not known.
        var host = AgentHost.Create([.. settings, $"--services:orchestrator:grpc:0={orchestratorUrl ?? "http://127.0.0.1:9"}"]);
        var log = new TestLog();
        host.Services.AddSingleton<ILoggerProvider>(log);
        configure(host);
        var app = host.Build();
        await app.StartAsync();
        return new RunningAgent(app, log);
    }

    public static TaskAssignment Assignment(string taskType = "say", object? input = null, string task = "t1", int attempt = 1, long epoch = 1, string run = "run-1") => new()
    {
        ToAgent = "echo",
        TaskType = taskType,
        Task = new TaskBody { InputData = input is null ? new Struct() : AgentJson.ToStruct(input) },
        Credential = new AttemptCredential { RunId = run, TaskId = task, Attempt = attempt, Epoch = epoch },
    };

    public AsyncServerStreamingCall<TaskEvent> Execute(TaskAssignment assignment, CancellationToken cancellationToken = default) =>
        Client.Execute(new ExecuteRequest { Assignment = assignment }, cancellationToken: cancellationToken);

    public async Task<IReadOnlyList<TaskEvent>> RunAsync(TaskAssignment assignment)
    {
        using var call = Execute(assignment);
        return await Collect.AllAsync(call.ResponseStream);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}

internal static class Collect
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<TaskEvent>> AllAsync(IAsyncStreamReader<TaskEvent> stream)
    {
        using var limit = new CancellationTokenSource(Limit);
        var events = new List<TaskEvent>();
        while (await stream.MoveNext(limit.Token))
            events.Add(stream.Current);
        return events;
    }

    public static async Task<TaskEvent> NextAsync(IAsyncStreamReader<TaskEvent> stream, Func<TaskEvent, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await stream.MoveNext(limit.Token))
        {
            if (wanted(stream.Current))
                return stream.Current;
        }

        throw new InvalidOperationException("The stream ended without the event.");
    }

    public static async Task<RpcException> RefusalAsync(AsyncServerStreamingCall<TaskEvent> call) =>
        await Should.ThrowAsync<RpcException>(() => AllAsync(call.ResponseStream));
}
