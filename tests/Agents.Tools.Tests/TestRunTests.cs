namespace Agents.Tools.Tests;

/// <summary>test.run and code.metrics on a small Python project whose tests really run.</summary>
public sealed class TestRunTests : IDisposable
{
    private const string Call = """{"command": "python3", "args": ["-m", "unittest"]}""";
    private readonly ToolFixture _tools = new(("AllowedCommands:0", "python3 -m unittest"), ("AllowedCommands:1", "sleep"));

    public TestRunTests()
    {
        _tools.Write("cart.py", "def total(prices):\n    if not prices:\n        return 0\n    return sum(prices)\n");
        _tools.Write("test_cart.py", "import unittest\nfrom cart import total\n\nclass CartTest(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1, 2]), 3)\n");
    }

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task Tests_ThatPass_AreCountedAndLeaveTheWorkspaceAsItWas()
    {
        var before = ToolFixture.Everything(_tools.Root);

        var output = await _tools.CallAsync("test.run", Call);

        (output["passed"]!.GetValue<int>(), output["failed"]!.GetValue<int>(), output["exit_code"]!.GetValue<int>()).ShouldBe((1, 0, 0), output.ToJsonString());
        ToolFixture.Everything(_tools.Root).ShouldBe(before);
    }

    [Fact]
    public async Task Tests_ThatFail_AreAnAnswerWithWhatTheySaid()
    {
        _tools.Write("cart.py", "def total(prices):\n    return 4\n");

        var output = await _tools.CallAsync("test.run", Call);

        (output["passed"]!.GetValue<int>(), output["failed"]!.GetValue<int>(), output["exit_code"]!.GetValue<int>()).ShouldBe((0, 1, 1), output.ToJsonString());
        output["output"]!.GetValue<string>().ShouldContain("AssertionError: 4 != 3");
    }

    [Fact]
    public async Task Tests_NotOfTheAllowList_AreDenied()
    {
        var refused = (await _tools.FailAsync("test.run", """{"command": "python3", "args": ["-c", "print(1)"]}""")).ShouldBeOfType<ToolException>();

        refused.Code.ShouldBe(ToolException.Denied);
        refused.Message.ShouldContain("Tools:AllowedCommands");
    }

    [Fact]
    public async Task Tests_ThatDoNotEnd_AreKilledAndCountedAsFailed()
    {
        var late = (await _tools.FailAsync("test.run", """{"command": "sleep", "args": ["600"], "time_limit": 1}""")).ShouldBeOfType<ToolException>();

        late.Code.ShouldBe(ToolException.TimedOut);
        late.Output!["failed"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Metrics_OfAFolder_CountItsPrograms()
    {
        _tools.Write("other/big.py", "x = 1\n");

        var metrics = await _tools.CallAsync("code.metrics", """{"exclude": ["other"]}""");

        metrics["totals"]!["files"]!.GetValue<int>().ShouldBe(2);
        metrics["complex"]![0]!["function"]!.GetValue<string>().ShouldBe("total");
        metrics["complex"]![0]!["complexity"]!.GetValue<int>().ShouldBe(2);
        metrics["languages"]![0]!["language"]!.GetValue<string>().ShouldBe("Python");
        (await _tools.CallAsync("code.metrics", """{"path": "other"}"""))["totals"]!["files"]!.GetValue<int>().ShouldBe(1);
    }
}
