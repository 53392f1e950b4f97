using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Protos.V1;

namespace Orchestrator.Tests.Api;

public sealed class OpenApiTests : IAsyncLifetime
{
    private RestHost _host = null!;
    private JsonElement _document;

    public async Task InitializeAsync()
    {
        _host = await RestHost.StartAsync();
        _document = await _host.GetJsonAsync("/openapi/v1.json");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void Document_IsOpenApi31() => _document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");

    [Fact]
    public void Document_EveryRouteOfTheApi_IsInIt()
    {
        var routes = _host.Routes.Where(route => route.Contains(" /api", StringComparison.Ordinal)).Select(route => route.Replace("{**", "{", StringComparison.Ordinal)).ToList();
        routes.Count.ShouldBeGreaterThan(20);
        Operations().Select(operation => $"{operation.Method} {operation.Path}").ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public void Document_EveryReference_Resolves()
    {
        var references = new List<string>();
        Collect(_document, references);
        references.Count.ShouldBeGreaterThan(20);
        foreach (var reference in references)
        {
            var target = _document;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
                target.TryGetProperty(part, out target).ShouldBeTrue(reference);
        }
    }

    [Fact]
    public void Document_EveryOperation_HasIdAnswerAndProblems()
    {
        var operations = Operations().ToList();
        operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ShouldBeUnique();
        foreach (var (path, method, value) in operations)
        {
            value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            var responses = value.GetProperty("responses").EnumerateObject().ToList();
            responses.Count(response => response.Name.StartsWith('2')).ShouldBe(1, path);
            foreach (var response in responses.Where(response => response.Name.StartsWith('4') || response.Name.StartsWith('5')))
                response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/Problem");
            value.TryGetProperty("requestBody", out _).ShouldBe(method is "POST" or "PUT", path);
            var inPath = path.Split('/').Count(part => part.StartsWith('{'));
            value.TryGetProperty("parameters", out var parameters);
            (parameters.ValueKind == JsonValueKind.Array ? parameters.EnumerateArray().Count(parameter => parameter.GetProperty("in").GetString() == "path") : 0).ShouldBe(inPath, path);
        }
    }

    [Theory]
    [InlineData("SubmitRunRequest")]
    [InlineData("Run")]
    [InlineData("RunEvent")]
    [InlineData("RunResult")]
    [InlineData("PlannedTask")]
    [InlineData("AgentInstance")]
    [InlineData("ApprovalView")]
    [InlineData("DecideApprovalRequest")]
    [InlineData("Schedule")]
    [InlineData("ScheduleView")]
    [InlineData("GetOverviewResponse")]
    [InlineData("GetPolicyResponse")]
    public void Document_MessageSchema_HasEveryFieldByItsProtoName(string name)
    {
        var message = new[] { OrchestratorReflection.Descriptor, EventReflection.Descriptor, PlanReflection.Descriptor, RegistryReflection.Descriptor, InsightReflection.Descriptor }
            .SelectMany(file => file.MessageTypes).Single(type => type.Name == name);
        Schema(name).GetProperty("properties").EnumerateObject().Select(property => property.Name)
            .ShouldBe(message.Fields.InDeclarationOrder().Select(field => field.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task Document_AndAnswers_Agree()
    {
        var run = await _host.GetJsonAsync("/api/runs/run-1");
        Conforms(run, "Run");
        Conforms(await _host.GetJsonAsync("/api/runs"), "ListRunsResponse");
        Conforms(await _host.GetJsonAsync("/api/agents"), "ListAgentsResponse");
        Conforms(await _host.GetJsonAsync("/api/playbooks"), "ListPlaybooksResponse");
        Conforms(await _host.GetJsonAsync("/api/metrics/agents/figures"), "GetAgentMetricsResponse");
        _host.Engine.Approvals.Approvals.Add(new ApprovalView { RunId = "run-1", TaskId = "ask/3", Question = "Go?", Evidence = new(), RequestedAt = new() });
        Conforms(await _host.GetJsonAsync("/api/approvals"), "ListApprovalsResponse");
        await _host.Schedules.PutAsync(new PutScheduleRequest { Schedule = new Schedule { Name = "n", Every = 3, Run = new SubmitRunRequest { Request = "r" } } }, new Principal(), default);
        Conforms(await _host.GetJsonAsync("/api/schedules"), "ListSchedulesResponse");
        var task = new TaskView { Id = "a", Score = 4, Approval = new ApprovalView { Deciders = { "ann" } } };
        Conforms(JsonSerializer.Deserialize<JsonElement>(Orchestrator.Api.Rest.ProtoBody.ToJson(new Run { Tasks = { task } })), "Run");
        var e = new RunEvent { TaskExpanded = new TaskExpanded { Items = { Google.Protobuf.WellKnownTypes.Value.ForNumber(1) } }, PrevHash = ByteString.CopyFromUtf8("x") };
        Conforms(JsonSerializer.Deserialize<JsonElement>(Orchestrator.Api.Rest.ProtoBody.ToJson(e)), "RunEvent");
    }

    // The document's schemas, as the contract checks read them.
    private void Conforms(JsonElement value, string name)
    {
        var definitions = _document.GetProperty("components").GetProperty("schemas").GetRawText().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var schema = $$"""{"allOf": [{"$ref": "#/$defs/{{name}}"}], "$defs": {{definitions}}}""";
        Contracts.OpenSchemas.Violations(schema, value.GetRawText()).ShouldBeEmpty();
    }

    private JsonElement Schema(string name) => _document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private IEnumerable<(string Path, string Method, JsonElement Value)> Operations() =>
        _document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(operation => operation.Name is "get" or "post" or "put" or "delete" or "patch")
            .Select(operation => (path.Name, operation.Name.ToUpperInvariant(), operation.Value)));

    private static void Collect(JsonElement value, List<string> references)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                if (property.Name == "$ref" && property.Value.ValueKind == JsonValueKind.String)
                    references.Add(property.Value.GetString()!);
                Collect(property.Value, references);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                Collect(item, references);
        }
    }
}
