using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Agents.Tools.Tests;

public sealed class DeclarationTests
{
    [Fact]
    public void Tool_Method_GivesItsSchema()
    {
        using var tools = new ToolFixture(services => services.AddToolClass<Own>());

        var tool = tools.Registry.Find("own.add")!.Declaration;

        tool.Owner.ShouldBe("team a");
        tool.Risk.ShouldBe("critical");
        JsonNode.DeepEquals(tool.InputSchema, JsonNode.Parse("""
            {
              "type": "object",
              "properties": {
                "first_number": {"description": "One.", "type": "integer", "minimum": 0, "maximum": 9},
                "second": {"type": ["integer", "null"], "default": 5},
                "words": {"type": ["array", "null"], "items": {"type": "string"}},
                "more": {"type": ["object", "null"], "properties": {"factor": {"type": "integer"}}, "required": ["factor"], "additionalProperties": false}
              },
              "required": ["first_number"],
              "additionalProperties": false
            }
            """)).ShouldBeTrue(tool.InputSchema.ToJsonString());
    }

    [Theory]
    [InlineData("""{"first_number": 2}""", """{"sum":7}""")]
    [InlineData("""{"first_number": 2, "second": 1, "words": ["a", "b"], "more": {"factor": 10}}""", """{"sum":50}""")]
    [InlineData("""{"first_number": 2, "second": null, "words": null}""", """{"sum":7}""")]
    public async Task Tool_Arguments_ReachTheMethod(string arguments, string output)
    {
        using var tools = new ToolFixture(services => services.AddToolClass<Own>());

        (await tools.CallAsync("own.add", arguments)).ToJsonString().ShouldBe(output);
    }

    [Theory]
    [InlineData("{}", "args.first_number: it is required")]
    [InlineData("""{"first_number": 10}""", "args.first_number: '10' must be a whole number from 0 to 9")]
    [InlineData("""{"first_number": 1.5}""", "args.first_number: '1.5' must be a whole number")]
    [InlineData("""{"first_number": 1, "third": 1}""", "args: 'third' is not an argument of own.add; there are first_number, second, words, more")]
    [InlineData("""{"first_number": 1, "words": [1]}""", "args.words[0]: '1' must be text")]
    [InlineData("""{"first_number": 1, "more": {}}""", "args.more: '{}' does not fit")]
    public async Task Tool_WrongArgument_NamesFieldValueAndRule(string arguments, string message)
    {
        using var tools = new ToolFixture(services => services.AddToolClass<Own>());

        (await tools.FailAsync("own.add", arguments)).Message.ShouldContain(message);
    }

    [Fact]
    public void Contract_OfAnAgent_DescribesTheToolsItMayUse()
    {
        var host = AgentHost.Create(["--Kestrel:Endpoints:grpc:Url", "http://127.0.0.1:0"]);
        host.Services.AddTools(host.Configuration).AddToolClass<Own>();

        using var app = host.AddAgent("user", agent => agent.UseTools("own.add", "fs.read", "elsewhere").OnTask<JsonObject, JsonObject>("x", (input, _, _) => Task.FromResult(input))).Build();

        var contract = app.Services.GetRequiredService<Hosting.Definitions.AgentDefinition>().Contract;
        contract.ToolDefinitions.Select(tool => (tool.Name, tool.Risk)).ShouldBe([("fs.read", "low"), ("own.add", "critical")]);
        contract.ToolDefinitions[0].InputSchema.ShouldContain("\"start_line\"");
    }

    [Fact]
    public void Registry_SameNameTwice_NamesBothOwners() =>
        Should.Throw<AgentDefinitionException>(() => new ToolRegistry([.. ToolRegistry.Of(new Own()), .. ToolRegistry.Of(new Own())])).Message
            .ShouldBe("Tool own.add is declared twice, by team a and by team a.");

    [Theory]
    [InlineData("AllowedHosts:0", "http://x")]
    [InlineData("AllowedCommands:0", "/bin/sh")]
    [InlineData("MaxSeconds", "0")]
    [InlineData("AllowPrivateAddresses", "perhaps")]
    public void Settings_Wrong_NameKeyAndValue(string key, string value) =>
        Should.Throw<AgentDefinitionException>(() => ToolOptions.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Tools:{key}", (string?)value)]).Build()))
            .Message.ShouldStartWith($"Setting Tools:{key} is \"{value}\"; it must be ");

    internal sealed class Own
    {
        [Tool("own.add", Owner = "team a", Risk = ToolRisk.Critical)]
        public static Total Add([Description("One."), Range(0, 9)] int firstNumber, ToolCallContext call, int second = 5, IReadOnlyList<string>? words = null, More? more = null)
        {
            call.ShouldNotBeNull();
            return new Total((firstNumber + second + (words?.Count ?? 0)) * (more?.Factor ?? 1));
        }
    }

    internal sealed record More(int Factor);

    internal sealed record Total(int Sum);
}
