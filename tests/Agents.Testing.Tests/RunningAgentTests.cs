using System.ComponentModel.DataAnnotations;
using System.Text;
using Agents.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Protos.V1;

namespace Agents.Testing.Tests;

/// <summary>The kit as a user has it: an agent in memory, a fake orchestrator, a scripted model, and what can be said about the end.</summary>
public sealed class RunningAgentTests : IAsyncLifetime
{
    private readonly ScriptedModel _model = new();
    private FakeOrchestrator _orchestrator = null!;
    private RunningAgent _agent = null!;

    public async Task InitializeAsync()
    {
        _orchestrator = await FakeOrchestrator.StartAsync();
        _agent = await RunningAgent.StartAsync<Librarian>(_orchestrator, services => services.AddSingleton<IChatClient>(_model));
    }

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _orchestrator.DisposeAsync();
    }

    [Fact]
    public async Task Run_AgentThatReportsAndStores_ShowsProgressTextFilesAndOutput()
    {
        var attempt = await _agent.RunAsync("store", new { text = "hello" });

        attempt.Output<Stored>().ShouldBe(new Stored(5));
        attempt.Progress.Select(step => step.Message).ShouldBe(["begin", "stored"]);
        attempt.Written.ShouldBe("hello, world");
        var file = attempt.Artifacts.ShouldHaveSingleItem();
        file.Name.ShouldBe("text.txt");
        Encoding.UTF8.GetString(_orchestrator.State.Artifacts[file.Id].Content).ShouldBe("hello");
        AgentJson.FromValue<string>(_orchestrator.State.Entries["last"].Value).ShouldBe("hello");
    }

    [Fact]
    public async Task Run_InputThatDoesNotFit_FailsAndOutputSaysWhy()
    {
        var attempt = await _agent.RunAsync("store", new { text = "" });

        attempt.Failure.Code.ShouldBe(FailureCodes.InvalidInput);
        Should.Throw<InvalidOperationException>(() => attempt.Output<Stored>()).Message.ShouldContain("text");
    }

    [Fact]
    public async Task Run_PolicyDenies_ToolIsNotCalledAndFailureSaysSo()
    {
        _orchestrator.State.Policy = _ => new DecideToolCallResponse { Effect = PolicyEffect.Deny, Reason = "not on Sundays" };

        var attempt = await _agent.RunAsync("ask", new { text = "ports" });

        attempt.Failure.Code.ShouldBe(FailureCodes.ToolDenied);
        attempt.Failure.Message.ShouldContain("not on Sundays");
        _model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WithAScriptedModel_AnswersByScriptAndKeepsTheQuestion()
    {
        _model.Replies("8443");

        var attempt = await _agent.RunAsync("ask", new { text = "which port?" });

        attempt.Output<Answer>().Text.ShouldBe("8443");
        attempt.ToolCalls.ShouldHaveSingleItem().Tool.ShouldBe("model.ask");
        attempt.Usage.ShouldNotBeNull().InputTokens.ShouldBe(100);
        _model.Requests.ShouldHaveSingleItem().Text.ShouldBe("which port?");
        _model.IsFinished.ShouldBeTrue();
    }

    [Fact]
    public async Task Join_RealAgent_RegistersItsContractAndLeavesInOrder()
    {
        await WaitAsync(() => _orchestrator.State.Registrations.Count == 1);
        _orchestrator.State.Registrations.Single().Contract.Capabilities.Select(one => one.TaskType).ShouldBe(["store", "ask"]);

        await _agent.StopAsync();

        _orchestrator.State.Messages.ShouldContain(message => message.Leaving != null);
    }

    [Fact]
    public void Record_WithoutAnEnd_IsRefused() =>
        Should.Throw<ArgumentException>(() => new AttemptRecord([new TaskEvent { Accepted = new TaskAccepted() }]));

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(5, late.Token);
    }

    [Agent("librarian", Tools = ["model.ask"])]
    internal sealed class Librarian(IChatClient model)
    {
        [Task("store")]
        public static async Task<Stored> StoreAsync(Text input, TaskContext context, CancellationToken cancellationToken)
        {
            await context.ReportProgressAsync(0, "begin");
            await context.WriteOutputAsync($"{input.Value}, ");
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(input.Value));
            context.AddFile(await context.Artifacts.UploadAsync(content, "text.txt", "text/plain", cancellationToken));
            await context.Context.PutAsync("last", input.Value, cancellationToken: cancellationToken);
            await context.WriteOutputAsync("world");
            await context.ReportProgressAsync(1, "stored");
            return new Stored(input.Value.Length);
        }

        [Task("ask")]
        public async Task<Answer> AskAsync(Text input, TaskContext context, CancellationToken cancellationToken)
        {
            var response = await context.CallToolAsync("model.ask", new { }, token => model.GetResponseAsync(input.Value, cancellationToken: token), cancellationToken);
            context.AddUsage(inputTokens: response.Usage!.InputTokenCount!.Value, outputTokens: response.Usage.OutputTokenCount!.Value);
            return new Answer(response.Text);
        }
    }

    internal sealed record Text([property: System.Text.Json.Serialization.JsonPropertyName("text"), MinLength(1)] string Value);

    internal sealed record Stored(int Length);

    internal sealed record Answer(string Text);
}
