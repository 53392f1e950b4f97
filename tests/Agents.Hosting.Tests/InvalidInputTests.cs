using System.ComponentModel.DataAnnotations;
using Agents.Hosting.Tests.Fakes;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class InvalidInputTests : IAsyncLifetime
{
    private RunningAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await RunningAgent.StartAsync(echo => echo
        .OnTask<Question, Answer>("say", (input, _, _) => Task.FromResult(new Answer($"{input.Text} {input.Top} {input.Include?.Count ?? -1}")))
        .OnTask<Chain, Answer>("chain", (input, _, _) => Task.FromResult(new Answer($"{input.Steps.Count}"))));

    public async Task DisposeAsync() => await _agent.DisposeAsync();

    public static TheoryData<string, string> Bad => new()
    {
        { """{}""", "text is missing; it is required" },
        { """{"text": 5}""", "text: 5 is not a string" },
        { """{"text": "x", "top": "abc"}""", "top: \"abc\" is not an integer or null" },
        { """{"text": "x", "top": 1.5}""", "top: 1.5 is not an integer or null" },
        { """{"text": "x", "top": 0}""", "top: 0 is less than 1" },
        { """{"text": "x", "top": 101}""", "top: 101 is more than 100" },
        { """{"text": "x", "include": "*.cs"}""", "include: \"*.cs\" is not an array or null" },
        { """{"text": "x", "include": ["a", 2]}""", "include[1]: 2 is not a string" },
        { """{"text": "x", "mode": "slow"}""", "mode: \"slow\" is not one of \"fast\", \"deep_search\", null" },
        { """{"text": "x", "tpo": 3}""", "tpo is not known; known are text, top, include, mode" },
        { """{"text": ["x"]}""", "text: an array is not a string" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Execute_BadField_NamesFieldValueAndRule(string input, string problem)
    {
        var failure = await FailureAsync("say", input);

        failure.Code.ShouldBe("INVALID_INPUT");
        failure.Message.ShouldBe($"Invalid input: {problem}.");
        failure.Retryable.ShouldBeFalse();
        failure.FailureClass.ShouldBe(FailureClass.Permanent);
        failure.Details.Fields["violations"].ListValue.Values.Single().StringValue.ShouldBe(problem);
    }

    [Fact]
    public async Task Execute_BadFieldInside_NamesItsPath()
    {
        var failure = await FailureAsync("chain", """{"steps": [{"tool": "fs.read"}, {"tol": "git.log"}]}""");

        failure.Message.ShouldBe("Invalid input: steps[1].tool is missing; it is required; steps[1].tol is not known; known are tool, arguments.");
    }

    [Fact]
    public async Task Execute_ManyBadFields_ShowsTheFirstFive()
    {
        var failure = await FailureAsync("say", """{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}""");

        failure.Message.ShouldEndWith("; and 2 more.");
        failure.Details.Fields["violations"].ListValue.Values.Count.ShouldBe(7);
    }

    [Theory]
    [InlineData("""{"text": "x", "top": null, "include": null, "mode": null}""", "x 8 -1")]
    [InlineData("""{"text": "x", "top": 3, "include": ["a"]}""", "x 3 1")]
    [InlineData("""{"text": "x", "top": 100}""", "x 100 -1")]
    public async Task Execute_NullOrAbsent_IsTheDefault(string input, string answer)
    {
        var events = await _agent.RunAsync(Assignment("say", input));

        events[^1].Result.Output.Fields["text"].StringValue.ShouldBe(answer);
    }

    private async Task<Failure> FailureAsync(string taskType, string input) => (await _agent.RunAsync(Assignment(taskType, input)))[^1].Failure;

    private static TaskAssignment Assignment(string taskType, string input)
    {
        var assignment = RunningAgent.Assignment(taskType, task: Guid.NewGuid().ToString("N"));
        assignment.Task.InputData = Struct.Parser.ParseJson(input);
        return assignment;
    }

    internal sealed record Question(string Text, [property: Range(1, 100)] int Top = 8, IReadOnlyList<string>? Include = null, Mode Mode = Mode.Fast);

    internal enum Mode
    {
        Fast,
        DeepSearch,
    }

    internal sealed record Chain(IReadOnlyList<Step> Steps);

    internal sealed record Step(string Tool, IReadOnlyDictionary<string, string>? Arguments = null);

    internal sealed record Answer(string Text);
}
