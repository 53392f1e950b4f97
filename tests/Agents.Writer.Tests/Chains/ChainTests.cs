using Agents.Tools;

namespace Agents.Writer.Tests.Chains;

public sealed class ChainTests : IDisposable
{
    private readonly ChainFixture _chain = new();

    public void Dispose() => _chain.Dispose();

    [Fact]
    public async Task Chain_LaterStep_UsesEarlierOutputs()
    {
        _chain.Write("names.txt", "b.txt");
        _chain.Write("b.txt", "one\ntwo\n");

        var output = await _chain.RunAsync("""
            {"id": "find", "tool": "fs.search", "args": {"query": "two"}},
            {"id": "list", "tool": "fs.list", "args": {"include": ["names.txt"]}},
            {"tool": "fs.read", "args": {"path": "${steps.find.output.matches[0].file}", "start_line": "${steps.find.output.matches[0].line}"}},
            {"tool": "shell.run", "args": {"command": "echo", "args": ["found ${steps.find.output.matches[0].text} in ${steps.list.output.entries[0].path}, ok ${steps.find.ok}${steps.find.error}"]}}
            """);

        output.Ok.ShouldBeTrue();
        output.Steps.Select(step => step.Id).ShouldBe(["find", "list", "step3", "step4"]);
        output.Steps[2].Output!["text"]!.GetValue<string>().ShouldBe("two");
        output.Steps[3].Output!["stdout"]!.GetValue<string>().ShouldBe("found two in names.txt, ok true\n");
        _chain.Gated.ShouldBe(["fs.search", "fs.list", "fs.read", "shell.run"]);
        _chain.Progress.Select(report => report.Fraction).ShouldBe([0, 0.25, 0.5, 0.75]);
        _chain.Progress[2].Message.ShouldBe("3 of 4: fs.read (step3)");
    }

    [Fact]
    public async Task Chain_StepFails_StopsAndTellsWhatWasNotRun()
    {
        var output = await _chain.RunAsync("""{"id": "a", "tool": "fs.read", "args": {"path": "none.txt"}}, {"id": "b", "tool": "fs.list"}""");

        output.Ok.ShouldBeFalse();
        output.Steps.Select(step => step.Error!.Code).ShouldBe(["INVALID_INPUT", "NOT_RUN"]);
        output.Steps[0].Error!.Message.ShouldContain("none.txt");
        output.Steps[1].Error!.Message.ShouldContain("'a'");
        _chain.Gated.ShouldBe(["fs.read"]);
    }

    [Fact]
    public async Task Chain_ContinueOnError_GoesOnWithNull()
    {
        var output = await _chain.RunAsync("""
            {"id": "a", "tool": "fs.read", "args": {"path": "none.txt"}, "continue_on_error": true},
            {"tool": "shell.run", "args": {"command": "echo", "args": ["[${steps.a.output.text}] ${steps.a.ok}"]}}
            """);

        output.Ok.ShouldBeFalse();
        output.Steps[1].Output!["stdout"]!.GetValue<string>().ShouldBe("[] false\n");
    }

    [Theory]
    [InlineData("""{"tool": "fs.burn"}""", "steps[0].tool: 'fs.burn' is not a tool")]
    [InlineData("""{"id": "a", "tool": "fs.list"}, {"id": "a", "tool": "fs.list"}""", "steps[1].id: 'a' is used twice")]
    [InlineData("""{"id": "a b", "tool": "fs.list"}""", "steps[0].id: 'a b'")]
    [InlineData("""{"tool": "fs.list", "args": {"folder": "x"}}""", "steps[0].args: 'folder' is not an argument of fs.list")]
    [InlineData("""{"tool": "fs.read", "args": {"path": "${steps.b.output.x}"}}, {"id": "b", "tool": "fs.list"}""", "does not refer to an earlier step")]
    [InlineData("""{"tool": "fs.list"}, {"tool": "fs.read", "args": {"path": "${step1.output}"}}""", "does not begin a reference")]
    public async Task Chain_WrongInItself_IsRefusedBeforeTheFirstStep(string steps, string message)
    {
        var exception = await Should.ThrowAsync<ToolException>(_chain.RunAsync(steps));

        exception.Code.ShouldBe("INVALID_INPUT");
        exception.Message.ShouldContain(message);
        _chain.Gated.ShouldBeEmpty();
    }
}
