using Agents.Hosting;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Runs;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>A whole orchestrator whose HTTP port is known, and an agent that goes on when it is told to.</summary>
internal sealed class HubSystem : IAsyncDisposable
{
    private readonly SemaphoreSlim _goOn = new(0);

    private HubSystem(TestSystem system, int port) => (System, Port) = (system, port);

    public sealed record Nothing;

    public sealed record Words(string Text);

    public TestSystem System { get; }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Starts it.</summary>
    /// <param name="characters">Of each output.</param>
    public static async Task<HubSystem> StartAsync(int characters = 1, params string[] settings)
    {
        var port = FreePorts.Next();
        var system = new HubSystem(await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{port}", .. settings]), port);
        await system.System.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 8).OnTask<Nothing, Words>("work", async (_, context, ct) =>
        {
            await system._goOn.WaitAsync(ct);
            return new Words(new string('x', characters));
        }));
        return system;
    }

    /// <summary>A run of so many tasks, each of which waits for <see cref="GoOn"/>.</summary>
    public Task<string> SubmitAsync(int tasks, IServiceProvider? by = null) => System.SubmitAsync(
        Of(Task("each").With(task => task.Foreach = "${inputs.items}")), by: by, inputs: Output(("items", List([.. Enumerable.Range(0, tasks).Select(i => $"{i}")]))));

    /// <summary>Lets so many tasks end.</summary>
    public void GoOn(int tasks) => _goOn.Release(tasks);

    /// <summary>As REST and the hub show it, and back: what a client has.</summary>
    public static IEnumerable<RunEvent> Shown(IEnumerable<RunEvent> events) => events.Select(e => RunEvent.Parser.ParseJson(Orchestrator.Api.Rest.ProtoBody.ToJson(e)));

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        _goOn.Dispose();
    }
}
