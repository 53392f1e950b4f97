using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Tools.Mcp;
using Agents.Tools.Tests.Runs;
using Microsoft.Extensions.Configuration;
using Tests.Shared;

namespace Agents.Tools.Tests.Mcp;

/// <summary>Tools of a real stdio server and of a real HTTP server, called by the real Executor in runs.</summary>
public sealed class McpTests
{
    private static readonly string[] Stdio = ["--Tools:Mcp:calc:Command=dotnet", "--Tools:Mcp:calc:Args:0=exec", $"--Tools:Mcp:calc:Args:1={typeof(McpTests).Assembly.Location}", "--Tools:Mcp:calc:Args:2=mcp", "--Tools:Mcp:calc:StartSeconds=90"];

    [Fact]
    public async Task Mcp_StdioServer_ItsToolsAreListedDecidedAndCalled()
    {
        Environment.SetEnvironmentVariable("MCP_TEST_SECRET", "s3cret");
        await using var system = await RunSystem.StartAsync([.. Stdio, "--Tools:Mcp:calc:Risks:add=low", "--Tools:Mcp:calc:Env:GIVEN=yes"]);

        using var http = new HttpClient();
        var listed = JsonNode.Parse(await http.GetStringAsync(new Uri($"{system.Http}/api/tools")))!["tools"]!.AsArray().Select(tool => tool!["tool"]).Where(tool => tool!["name"]!.GetValue<string>().StartsWith("calc.", StringComparison.Ordinal)).ToArray();
        listed.Select(tool => (tool!["name"]!.GetValue<string>(), tool["risk"]!.GetValue<string>(), tool["owner"]!.GetValue<string>())).ShouldBe([
            ("calc.add", "low", "mcp:calc"), ("calc.die", "high", "mcp:calc"), ("calc.environment", "high", "mcp:calc"), ("calc.fail", "high", "mcp:calc"), ("calc.hang", "high", "mcp:calc")]);
        listed[0]!["input_schema"]!.GetValue<string>().ShouldContain("\"One.\"");

        var run = await system.SubmitChainAsync("""
            [{"id": "sum", "tool": "calc.add", "args": {"a": 2, "b": 40}},
             {"id": "wrong", "tool": "calc.add", "args": {"a": "two"}, "continue_on_error": true},
             {"id": "fail", "tool": "calc.fail", "continue_on_error": true},
             {"id": "environment", "tool": "calc.environment"}]
            """);
        var events = await system.EventsAsync(run);
        var steps = await StepsAsync(system, run);
        steps[0]!["output"]!["structured"]!.ToJsonString().ShouldBe("""{"sum":42}""");
        steps[1]!["ok"]!.GetValue<bool>().ShouldBeFalse();
        steps[2]!["error"]!["message"]!.GetValue<string>().ShouldContain("the disk is full");
        var variables = steps[3]!["output"]!["text"]!.GetValue<string>().Split(',');
        variables.ShouldContain("GIVEN");
        variables.ShouldNotContain("MCP_TEST_SECRET");
        events.Where(e => e.PolicyDecided != null).Select(e => e.PolicyDecided.Tool).ShouldBe(["calc.add", "calc.add", "calc.fail", "calc.environment"]);
        events.Count(e => e.ToolCalled != null).ShouldBe(4);
    }

    [Fact]
    public async Task Mcp_ServerThatDies_IsAClearErrorAndStartsAgain()
    {
        await using var system = await RunSystem.StartAsync(Stdio);

        var run = await system.SubmitChainAsync("""[{"id": "die", "tool": "calc.die", "continue_on_error": true}, {"id": "sum", "tool": "calc.add", "args": {"a": 1, "b": 2}}]""");

        await system.EventsAsync(run);
        var steps = await StepsAsync(system, run);
        steps[0]!["error"]!["message"]!.GetValue<string>().ShouldStartWith("MCP server 'calc' has ended");
        steps[1]!["output"]!["structured"]!["sum"]!.GetValue<double>().ShouldBe(3, steps.ToJsonString());
    }

    [Fact]
    public async Task Mcp_ServerThatDoesNotAnswer_IsGivenUp()
    {
        await using var system = await RunSystem.StartAsync([.. Stdio, "--Tools:Mcp:calc:CallSeconds=1"]);

        var run = await system.SubmitChainAsync("""[{"id": "hang", "tool": "calc.hang", "continue_on_error": true}]""");

        await system.EventsAsync(run);
        (await StepsAsync(system, run))[0]!["error"]!.ToJsonString(AgentJson.Options).ShouldBe("""{"code":"TIMEOUT","message":"MCP server 'calc' has not answered within 1 s."}""");
    }

    [Fact]
    public async Task Mcp_HttpServer_ItsToolsAreCalledAndItsEndIsAClearError()
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        var server = await McpProgram.ServeAsync(url, "k3y");
        await using var system = await RunSystem.StartAsync($"--Tools:Mcp:web:Url={url}/mcp", "--Tools:Mcp:web:Headers:X-Key=k3y", "--Tools:Mcp:web:Tools:0=add", "--Tools:Mcp:web:StartSeconds=90");

        const string Chain = """[{"id": "sum", "tool": "web.add", "args": {"a": 2, "b": 3}, "continue_on_error": true}]""";
        var run = await system.SubmitChainAsync(Chain);
        await system.EventsAsync(run);
        (await StepsAsync(system, run))[0]!["output"]!["structured"]!["sum"]!.GetValue<double>().ShouldBe(5);

        await server.DisposeAsync();
        run = await system.SubmitChainAsync(Chain);
        await system.EventsAsync(run);
        (await StepsAsync(system, run))[0]!["error"]!["message"]!.GetValue<string>().ShouldStartWith("MCP server 'web' ");

        run = await system.SubmitChainAsync("""[{"tool": "web.fail"}]""");
        (await system.EventsAsync(run))[^1].RunFailed.Failure.Message.ShouldContain("'web.fail' is not a tool");
    }

    [Fact]
    public async Task Mcp_ServerThatIsNotThere_IsNamedAtStart()
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}/mcp";

        (await StartAsync($"--Tools:Mcp:web:Url={url}")).ShouldStartWith("Tools:Mcp:web: MCP server 'web' cannot be started or reached: ");
        (await StartAsync("--Tools:Mcp:calc:Command=no-such-program")).ShouldStartWith("Tools:Mcp:calc: MCP server 'calc' cannot be started or reached: ");
        (await StartAsync("--Tools:Mcp:calc:Command=false")).ShouldStartWith("Tools:Mcp:calc: MCP server 'calc' ");
        (await StartAsync($"--Tools:Mcp:web:Url={url}", "--Tools:Mcp:web:Optional=true")).ShouldBe("");
    }

    [Theory]
    [InlineData("Tools:Mcp:fs:Command", "x", "Tools:Mcp:fs: \"fs\" must be a lower case word")]
    [InlineData("Tools:Mcp:a:Env:B", "x", "Tools:Mcp:a must have either Command or Url")]
    [InlineData("Tools:Mcp:a:Url", "ftp://x", "Tools:Mcp:a:Url is \"ftp://x\"; it must be an http or https address")]
    [InlineData("Tools:Mcp:b:Risk", "7", "Tools:Mcp:b:Risk is \"7\"; it must be low, medium, high or critical")]
    [InlineData("Tools:Mcp:b:CallSeconds", "0", "Tools:Mcp:b:CallSeconds is \"0\"; it must be a whole number from 1 to 3600")]
    public void Settings_Wrong_NameKeyAndValue(string key, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value), new("Tools:Mcp:b:Command", "x")]).Build();

        Should.Throw<AgentDefinitionException>(() => McpOptions.Read(configuration)).Message.ShouldStartWith($"Setting {message}");
    }

    private static async Task<string> StartAsync(params string[] settings)
    {
        try
        {
            var host = AgentHost.Create(settings);
            host.Services.AddTools(host.Configuration);
            await host.AddMcpToolsAsync("executor");
            return "";
        }
        catch (AgentDefinitionException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<JsonArray> StepsAsync(RunSystem system, string run) => (await system.OutputAsync(run))["steps"]!.AsArray();
}
