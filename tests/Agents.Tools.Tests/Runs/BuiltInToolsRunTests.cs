using System.Text.Json.Nodes;

namespace Agents.Tools.Tests.Runs;

/// <summary>Mission row "Tools … tool chaining": every built-in tool is listed with schema, owner and risk, and decided by policy when it is called.</summary>
public sealed class BuiltInToolsRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("measured-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task ToolChaining_MetricsAndTests_AreListedDecidedAndChained()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "cart.py"), "def total(prices):\n    return sum(prices)\n");
        await File.WriteAllTextAsync(Path.Combine(_root, "test_cart.py"), "import unittest\nfrom cart import total\n\nclass CartTest(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1, 2]), 3)\n");
        await using var system = await RunSystem.StartAsync("--Tools:AllowedCommands:0=python3 -m unittest", "--Tools:AllowedCommands:1=echo");

        var run = await system.SubmitChainAsync("""
            [{"tool": "code.metrics", "id": "size"},
             {"tool": "test.run", "id": "tests", "args": {"command": "python3", "args": ["-m", "unittest"]}},
             {"tool": "shell.run", "args": {"command": "echo", "args": ["${steps.size.output.totals.files} files, ${steps.tests.output.passed} passed"]}}]
            """, _root);
        var events = await system.EventsAsync(run);

        var steps = (await system.OutputAsync(run))["steps"]!.AsArray();
        steps[2]!["output"]!["stdout"]!.GetValue<string>().Trim().ShouldBe("2 files, 1 passed", steps.ToJsonString());
        events.Where(one => one.PolicyDecided is not null).Select(one => (one.PolicyDecided.Tool, one.PolicyDecided.Effect)).ShouldBe(
            [("code.metrics", "allow"), ("test.run", "allow"), ("shell.run", "allow")]);

        using var http = new HttpClient();
        var listed = JsonNode.Parse(await http.GetStringAsync($"{system.Http}/api/tools"))!["tools"]!.AsArray();
        foreach (var (name, risk, argument) in new[] { ("code.metrics", "low", "include"), ("test.run", "high", "command") })
        {
            var tool = listed.Select(one => one!["tool"]!).Single(one => one["name"]!.GetValue<string>() == name);
            tool["risk"]!.GetValue<string>().ShouldBe(risk);
            tool["owner"]!.GetValue<string>().ShouldBe("Agents.Tools");
            JsonNode.Parse(tool["input_schema"]!.GetValue<string>())!["properties"]![argument].ShouldNotBeNull(tool.ToJsonString());
        }
    }
}
