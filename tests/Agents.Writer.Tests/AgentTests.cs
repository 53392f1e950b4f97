using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Executor;
using Agents.Executor.Chains;
using Agents.Hosting;
using Agents.Testing;
using Agents.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Protos.V1;

namespace Agents.Writer.Tests;

/// <summary>The two agents as the SDK calls them.</summary>
public sealed class AgentTests
{
    [Fact]
    public async Task Writer_Report_ReturnsAndShowsTheSummary()
    {
        var test = new TestTaskContext();

        var output = await new WriterAgent().ReportAsync(JsonSerializer.Deserialize<ReportInput>("""{"title": "T", "request": "R", "kind": "audit", "findings": []}""", AgentJson.Options)!, test.Context, CancellationToken.None);

        output.Summary.ShouldContain("No findings");
        test.Events.ShouldContain(item => item.EventCase == TaskEvent.EventOneofCase.OutputChunk && item.OutputChunk.Text == output.Summary);
        AgentJson.ToStruct(output).Fields["files"].StructValue.Fields.Keys.ShouldBe(["report.md", "report.sarif"], ignoreOrder: true);
    }

    [Fact]
    public async Task Executor_Chain_RecordsEveryToolCall()
    {
        var folder = Directory.CreateTempSubdirectory("chain-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.txt"), "text");
            var test = new TestTaskContext(folder.FullName, ["fs.read"]);
            await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddExecutor(new ConfigurationBuilder().Build()).BuildServiceProvider();
            var agent = new ExecutorAgent(services.GetRequiredService<ChainRunner>(), services.GetRequiredService<ToolRegistry>(), services.GetRequiredService<ToolFolders>());
            var input = new ChainInput(
            [
                new ChainStep("fs.read") { Args = new JsonObject { ["path"] = "a.txt" } },
                new ChainStep("fs.list") { Id = "undeclared" },
            ]);

            var output = await agent.ChainAsync(input, test.Context, CancellationToken.None);

            output.Steps[0].Ok.ShouldBeTrue();
            output.Steps[1].Error!.Code.ShouldBe("TOOL_DENIED");
            var calls = test.Events.Where(item => item.EventCase == TaskEvent.EventOneofCase.ToolCall).Select(item => item.ToolCall).ToArray();
            calls.Select(call => (call.Tool, call.Ok)).ShouldBe([("fs.read", true), ("fs.list", false)]);
            calls[0].Arguments.Fields["path"].StringValue.ShouldBe("a.txt");
            calls[0].Summary.ShouldContain("lines: 1");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Hosts_Definitions_AreAccepted()
    {
        var executor = AgentHost.Create(["--Kestrel:Endpoints:grpc:Url", "http://127.0.0.1:0"]);
        executor.Services.AddExecutor(executor.Configuration);
        await using var one = executor.AddAgent<ExecutorAgent>().Build();
        await using var two = AgentHost.Create().AddAgent<WriterAgent>().Build();

        var wrong = AgentHost.Create(["--Tools:AllowedCommands:0", "/bin/sh"]);
        wrong.Services.AddExecutor(wrong.Configuration);
        Should.Throw<AgentDefinitionException>(() => wrong.AddAgent<ExecutorAgent>().Build()).Message.ShouldContain("Tools:AllowedCommands:0");
    }
}
