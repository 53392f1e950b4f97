using Agents.Hosting.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class AgentClassTests
{
    [Fact]
    public async Task AddAgent_Class_GetsServicesAndTakesParametersInAnyOrder()
    {
        await using var agent = await RunningAgent.StartAsync(
            host =>
            {
                host.Services.AddSingleton(new Greeting("Salut"));
                host.AddAgent<Parrot>();
            },
            orchestratorUrl: null);

        foreach (var taskType in (string[])["direct", "task", "value_task", "fixed"])
        {
            var output = (await agent.RunAsync(RunningAgent.Assignment(taskType, new { text = "toi" }, task: taskType)))[^1].Result.Output;
            output.Fields["text"].StringValue.ShouldBe($"Salut toi {taskType}");
        }
    }

    [Fact]
    public async Task Describe_Class_GivesTheWholeContract()
    {
        await using var agent = await RunningAgent.StartAsync(
            host =>
            {
                host.Services.AddSingleton(new Greeting("Salut"));
                host.AddAgent<Parrot>().AddAgent<SecondParrot>();
            },
            orchestratorUrl: null,
            "--Agents:MaxParallel=9");

        var contract = (await agent.Client.DescribeAsync(new DescribeRequest())).Contract;

        (contract.Role, contract.Name, contract.Description, contract.Version).ShouldBe(("echo", "Parrot", "Repeats.", "2.1.0"));
        contract.Tools.ShouldBe(["fs.read"]);
        (contract.Limits.MaxParallel, contract.Limits.DefaultTimeLimit).ShouldBe((9, 30));
        contract.Capabilities.Select(capability => capability.TaskType).ShouldBe(["direct", "task", "value_task", "fixed", "more"]);
        var direct = contract.Capabilities[0];
        direct.Description.ShouldBe("At once.");
        direct.InputSchema.ShouldBe("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}""");
        direct.OutputSchema.ShouldBe("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}""");
    }

    [Fact]
    public void Build_WrongDeclaration_SaysWhatAndWhy()
    {
        Message(host => host.AddAgent<Unmarked>()).ShouldBe($"{typeof(Unmarked)} is not marked [Agent(\"role\")].");
        Message(host => host.AddAgent<Idle>()).ShouldBe("Agent idle has no kind of work: mark a method with [Task(\"…\")] or call OnTask.");
        Message(host => host.AddAgent<NoInput>()).ShouldBe($"{typeof(NoInput)}.Go is marked [Task(\"go\")] and must have one input parameter beside TaskContext and CancellationToken; it has 0.");
        Message(host => host.AddAgent<NoOutput>()).ShouldBe($"{typeof(NoOutput)}.GoAsync is marked [Task(\"go\")] and must return an output record; it returns Task.");
        Message(host => host.AddAgent<Twice>()).ShouldBe("Task type \"go\" of agent twice is declared 2 times.");
        Message(host => host.AddAgent("Echo", agent => new GatedAgent().Configure(agent))).ShouldBe("Agent role \"Echo\": must be lower case letters, digits, - and _, beginning with a letter, at most 50.");
        Message(host => host.AddAgent("echo", agent => new GatedAgent().Configure(agent, maxParallel: 0))).ShouldBe("MaxParallel of agent echo is 0; it must be at least 1.");
        Message(host => host.AddAgent<Idle>().AddAgent<Twice>()).ShouldBe("The host is agent idle and cannot also be twice: one process, one role.");
        Message(_ => { }).ShouldBe("The host has no agent: call AddAgent.");
    }

    private static string Message(Action<AgentHost> configure)
    {
        var host = AgentHost.Create();
        return Should.Throw<AgentDefinitionException>(() =>
        {
            configure(host);
            host.Build();
        }).Message;
    }

    internal sealed record Greeting(string Word);

    internal sealed record Text([property: System.Text.Json.Serialization.JsonPropertyName("text")] string Value);

    [Agent("echo", Name = "Parrot", Description = "Repeats.", Version = "2.1.0", TimeLimit = 30, Tools = ["fs.read"])]
    internal sealed class Parrot(Greeting greeting)
    {
        [Task("direct", Description = "At once.")]
        public Text Direct(Text input) => new($"{greeting.Word} {input.Value} direct");

        [Task("task")]
        public async Task<Text> WaitAsync(TaskContext context, Text input, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return new Text($"{greeting.Word} {input.Value} {context.TaskType}");
        }

        [Task("value_task")]
        private ValueTask<Text> ValueAsync(Text input, TaskContext context) => ValueTask.FromResult(new Text($"{greeting.Word} {input.Value} {context.TaskType}"));

        [Task("fixed")]
        internal static Text Static(Text input) => new($"Salut {input.Value} fixed");
    }

    [Agent("echo", Name = "Parrot", Version = "2.1.0", TimeLimit = 30)]
    internal sealed class SecondParrot
    {
        [Task("more")]
        public static Text More(Text input) => input;
    }

    internal sealed class Unmarked;

    [Agent("idle")]
    internal sealed class Idle;

    [Agent("wrong")]
    internal sealed class NoInput
    {
        [Task("go")]
        public static Text Go(TaskContext context) => new(context.RunId);
    }

    [Agent("wrong")]
    internal sealed class NoOutput
    {
        [Task("go")]
        public static Task GoAsync(Text input) => Task.FromResult(input);
    }

    [Agent("twice")]
    internal sealed class Twice
    {
        [Task("go")]
        public static Text One(Text input) => input;

        [Task("go")]
        public static Text Two(Text input) => input;
    }
}
