using Agents.Hosting;
using Agents.Hosting.Calls;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Testing;

/// <summary>An agent in this process, listening on a free port of loopback, and a client for it: what an orchestrator does with it, a test can do.</summary>
public sealed class RunningAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private int _tasks;

    private RunningAgent(WebApplication app, AgentLog log)
    {
        _app = app;
        Log = log;
        _channel = GrpcChannel.ForAddress(Url);
        var token = app.Services.GetRequiredService<CallToken>();
        Client = new AgentService.AgentServiceClient(_channel.Intercept(headers =>
        {
            headers.Add("authorization", token.Bearer);
            return headers;
        }));
    }

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Calls it.</summary>
    public AgentService.AgentServiceClient Client { get; }

    /// <summary>The channel of <see cref="Client"/>, for other services of the agent, e.g. its health.</summary>
    public ChannelBase Channel => _channel;

    /// <summary>What it has logged.</summary>
    public AgentLog Log { get; }

    /// <summary>Starts an agent that is a class marked <see cref="AgentAttribute"/>.</summary>
    /// <typeparam name="TAgent">The class.</typeparam>
    /// <param name="orchestrator">What it joins. Null: nothing; it can be asked all the same, but tools, context and artifacts fail.</param>
    /// <param name="configure">Adds the services that its constructor wants. Null: none.</param>
    /// <returns>It, listening; it joins meanwhile.</returns>
    public static Task<RunningAgent> StartAsync<TAgent>(FakeOrchestrator? orchestrator = null, Action<IServiceCollection>? configure = null)
        where TAgent : class => StartAsync(
            host =>
            {
                configure?.Invoke(host.Services);
                host.AddAgent<TAgent>();
            },
            orchestrator?.Url);

    /// <summary>Starts an agent made of lambdas, of the role <c>echo</c>.</summary>
    /// <param name="agent">Says what it does.</param>
    /// <param name="orchestrator">What it joins. Null: nothing.</param>
    /// <param name="settings">As the program's arguments, e.g. <c>--Agents:MaxParallel=2</c>.</param>
    /// <returns>It, listening; it joins meanwhile.</returns>
    public static Task<RunningAgent> StartAsync(Action<AgentBuilder> agent, FakeOrchestrator? orchestrator = null, params string[] settings) =>
        StartAsync(host => host.AddAgent("echo", agent), orchestrator?.Url, settings);

    /// <summary>Starts any agent.</summary>
    /// <param name="configure">Adds it to the host.</param>
    /// <param name="orchestratorUrl">What it joins. Null: nothing.</param>
    /// <param name="settings">As the program's arguments.</param>
    /// <returns>It, listening; it joins meanwhile.</returns>
    public static async Task<RunningAgent> StartAsync(Action<AgentHost> configure, string? orchestratorUrl, params string[] settings)
    {
        // Nobody listens on port 9: an agent works without an orchestrator, it only is not known.
        var host = AgentHost.Create([.. settings, $"--services:orchestrator:grpc:0={orchestratorUrl ?? "http://127.0.0.1:9"}"]);
        var log = new AgentLog();
        host.Services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
        configure(host);
        var app = host.Build();
        await app.StartAsync();
        return new RunningAgent(app, log);
    }

    /// <summary>What an orchestrator would send.</summary>
    /// <param name="taskType">Which kind of work.</param>
    /// <param name="input">Its input; becomes JSON in snake_case. Null: none.</param>
    /// <param name="task">The task's id.</param>
    /// <param name="attempt">Number of the attempt, from 1.</param>
    /// <param name="epoch">Of the orchestrator's lease.</param>
    /// <param name="run">The run's id.</param>
    /// <returns>An assignment to change as needed.</returns>
    public static TaskAssignment Assignment(string taskType = "say", object? input = null, string task = "t1", int attempt = 1, long epoch = 1, string run = "run-1") => new()
    {
        ToAgent = "echo",
        TaskType = taskType,
        Task = new TaskBody { InputData = input is null ? new Struct() : AgentJson.ToStruct(input) },
        Credential = new AttemptCredential { RunId = run, TaskId = task, Attempt = attempt, Epoch = epoch },
    };

    /// <summary>Has a new task done, and waits for its end.</summary>
    /// <param name="taskType">Which kind of work.</param>
    /// <param name="input">Its input; becomes JSON in snake_case. Null: none.</param>
    /// <param name="configure">Changes what is sent, e.g. workspace or revision. Null: nothing.</param>
    /// <returns>All that it reported.</returns>
    /// <exception cref="RpcException">It refused the assignment.</exception>
    public async Task<AttemptRecord> RunAsync(string taskType, object? input = null, Action<TaskAssignment>? configure = null)
    {
        var assignment = Assignment(taskType, input, task: $"task-{Interlocked.Increment(ref _tasks)}");
        assignment.ToAgent = (await Client.DescribeAsync(new DescribeRequest())).Contract.Role;
        configure?.Invoke(assignment);
        return new AttemptRecord(await RunAsync(assignment));
    }

    /// <summary>Has an assignment done, and waits for its end.</summary>
    /// <param name="assignment">What to do.</param>
    /// <returns>Every event, in order.</returns>
    /// <exception cref="RpcException">It refused the assignment.</exception>
    public async Task<IReadOnlyList<TaskEvent>> RunAsync(TaskAssignment assignment)
    {
        using var call = Execute(assignment);
        return await TaskEvents.AllAsync(call.ResponseStream);
    }

    /// <summary>Starts an attempt.</summary>
    /// <param name="assignment">What to do.</param>
    /// <param name="cancellationToken">Breaks the connection; the attempt goes on.</param>
    /// <returns>The call, whose stream is the attempt's events.</returns>
    public AsyncServerStreamingCall<TaskEvent> Execute(TaskAssignment assignment, CancellationToken cancellationToken = default) =>
        Client.Execute(new ExecuteRequest { Assignment = assignment }, cancellationToken: cancellationToken);

    /// <summary>Asks it to stop, as SIGTERM does.</summary>
    /// <returns>Completes when it has drained.</returns>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Ends it.</summary>
    /// <returns>Completes when it no longer listens.</returns>
    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
