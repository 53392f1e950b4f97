using Agents.Hosting;
using Agents.Hosting.Calls;
using Fuzz.Tests.Engine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Fuzz.Tests.Calls;

/// <summary>Whatever is sent to an agent's port, it answers as it must and goes on.</summary>
public sealed class AgentCallTests(ITestOutputHelper output)
{
    public sealed record Words(string Text);

    [Fact]
    public Task Calls_OfAnybody_AreAnsweredOrRefused() => WithAgentAsync(async (calls, errors) =>
    {
        var fuzz = new CallFuzz(calls, ["run-1", "task", "echo", "say", "text", "", "local"], "AgentService");
        fuzz.Methods.ShouldBe(6);
        await new FuzzRun(output).RunAsync("agent", fuzz.OneAsync, async () =>
        {
            (await calls.AskAsync("/agents.v1.AgentService/Describe", RawCall.Frame([]))).Grpc.ShouldBe(0);
            errors.ShouldBeEmpty();
        });
    });

    [Theory]
    [MemberData(nameof(Found))]
    public Task Call_Found_IsTheCallersMistake(string name) => WithAgentAsync(async (calls, errors) =>
    {
        // agent-METHOD-….bin
        (await calls.AskAsync($"/agents.v1.AgentService/{name.Split('-')[1]}", FoundFiles.Read(name))).Grpc.ShouldBe(3);
        errors.ShouldBeEmpty();
    });

    public static TheoryData<string> Found() => FoundFiles.Of("agent");

    private static async Task WithAgentAsync(Func<RawCall, ErrorLog, Task> ask)
    {
        var errors = new ErrorLog();
        // Nobody listens there: it goes on trying to join.
        var host = AgentHost.Create([$"--services:orchestrator:grpc:0=http://127.0.0.1:{FreePorts.Next()}", "--Agents:DrainSeconds=0", "--Agents:ResultBytes=1000000", "--Logging:LogLevel:Default=Error"])
            .AddAgent("echo", agent => agent.Limit(maxParallel: 4).OnTask<Words, Words>("say", (input, _, _) => Task.FromResult(input)));
        host.Services.AddSingleton<ILoggerProvider>(errors);
        await using var agent = host.Build();
        await agent.StartAsync();
        var address = agent.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var calls = new RawCall(address, agent.Services.GetRequiredService<CallToken>().Bearer);
        try
        {
            await ask(calls, errors);
        }
        finally
        {
            await agent.StopAsync();
        }
    }
}
