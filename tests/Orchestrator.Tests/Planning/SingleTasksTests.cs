using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Planning;

public sealed class SingleTasksTests
{
    private readonly Directory _agents = new();
    private readonly RequestPlanner _planner;

    public SingleTasksTests() =>
        _planner = new RequestPlanner(PlaybookCatalog.Load(PlaybookFiles.Shipped), TestWorkspaces.Of(), new SingleTasks(_agents));

    [Fact]
    public async Task Plan_LongForm_EveryFieldActs()
    {
        var (submitted, plan) = await PlanAsync(SubmitRunRequest.Parser.ParseJson("""
            {"agent_message": {"message_id": "m1", "from_agent": "me", "to_agent": "executor_1", "task_type": "chain", "priority": "high",
              "context": {"why": "test"},
              "task": {"description": "List it", "requirements": ["quick"], "input_data": {"steps": [{"tool": "fs.list", "args": {"path": "."}}]}},
              "expected_output": {"files": ["a.txt"], "tests": "all passing", "coverage": ">80%"},
              "constraints": {"time_limit": 30}}}
            """));
        submitted.Request.ShouldBe("List it");
        plan.Playbook.ShouldBe("");
        plan.PlanningTask.ShouldBeNull();
        PlanRules.Violations(plan.Draft).ShouldBeEmpty();
        var task = plan.Draft.Tasks.ShouldHaveSingleItem();
        (task.Role, task.TaskType, task.Priority, task.TimeLimit).ShouldBe(("executor", "chain", 7, 30));
        (task.Description, task.Requirements.Single()).ShouldBe(("List it", "quick"));
        task.ExpectedOutput.ShouldBe(new ExpectedOutput { Files = { "a.txt" }, Tests = "all passing", Coverage = ">80%" });
        task.Input.ShouldBe(ProtoJson.ParseStruct("""{"steps": [{"tool": "fs.list", "args": {"path": "."}}]}"""));
        task.Context.ShouldBe(ProtoJson.ParseStruct("""{"why": "test"}"""));
    }

    [Fact]
    public async Task Plan_ShortForm_TakesTheRolesUsualWork()
    {
        var (_, plan) = await PlanAsync(Short("researcher", "What is it?"));
        var task = plan.Draft.Tasks.Single();
        (task.Id, task.Role, task.TaskType, task.TimeLimit).ShouldBe(("t-1", "researcher", "answer", 60));
        task.Input.ShouldBe(ProtoJson.ParseStruct("""{"question": "What is it?"}"""));
    }

    [Fact]
    public async Task Plan_ShortForm_TakesTheOnlyWorkOfAnUnknownRole()
    {
        _agents.Add("gardener", "dig");
        (await PlanAsync(Short("gardener-12", "Dig"))).Plan.Draft.Tasks.Single().TaskType.ShouldBe("dig");
        _agents.Add("gardener", "plant");
        await RefusedAsync(Short("gardener", "Dig"), "message.to", "several kinds of work (dig, plant)");
        await RefusedAsync(Short("painter", "Paint"), "message.to", "no agent with this role is known");
    }

    [Fact]
    public async Task Plan_TextThatLooksLikeAReference_StaysAsItIs()
    {
        var (submitted, plan) = await PlanAsync(SubmitRunRequest.Parser.ParseJson("""
            {"agent_message": {"to_agent": "executor", "task_type": "chain", "context": {"a": "${item}"},
              "task": {"description": "Explain ${HOME} and ${nothing.there}", "requirements": ["${x} stays"],
                       "input_data": {"deep": ["plain", "${run.id}"], "n": 3}}}}
            """));
        PlanRules.Violations(plan.Draft).ShouldBeEmpty();
        var state = new RunState();
        RunMachine.Step(state, "run-1", new RunInput.Submit(submitted, plan, "", ""), DateTimeOffset.UnixEpoch, []);
        var assignment = Assignments.Of(state, state.Find("task")!);
        assignment.Task.Description.ShouldBe("Explain ${HOME} and ${nothing.there}");
        assignment.Task.Requirements.ShouldBe(["${x} stays"]);
        assignment.Task.InputData.ShouldBe(ProtoJson.ParseStruct("""{"deep": ["plain", "${run.id}"], "n": 3}"""));
        assignment.Context.ShouldBe(ProtoJson.ParseStruct("""{"a": "${item}"}"""));
    }

    [Theory]
    [InlineData("""{"agent_message": {"task_type": "t", "task": {"description": "d"}}}""", "agent_message.to_agent", "missing")]
    [InlineData("""{"agent_message": {"to_agent": "a b", "task_type": "t", "task": {"description": "d"}}}""", "agent_message.to_agent", "'a b'")]
    [InlineData("""{"agent_message": {"to_agent": "a", "task": {"description": "d"}}}""", "agent_message.task_type", "missing")]
    [InlineData("""{"agent_message": {"to_agent": "a", "task_type": "t"}}""", "agent_message.task", "missing")]
    [InlineData("""{"agent_message": {"to_agent": "a", "task_type": "t", "task": {}}}""", "agent_message.task.description", "missing")]
    [InlineData("""{"agent_message": {"to_agent": "a", "task_type": "t", "priority": "urgent", "task": {"description": "d"}}}""", "agent_message.priority", "'urgent'")]
    [InlineData("""{"agent_message": {"to_agent": "a", "task_type": "t", "constraints": {"time_limit": -1}, "task": {"description": "d"}}}""", "agent_message.constraints.time_limit", "-1")]
    [InlineData("""{"message": {"message_type": "hello", "to": "writer", "payload": {"description": "d"}}}""", "message.message_type", "'hello'")]
    [InlineData("""{"message": {"message_type": "task_assignment", "to": "writer"}}""", "message.payload", "missing")]
    [InlineData("""{"message": {"message_type": "task_assignment", "to": "writer", "payload": {"task_id": "item", "description": "d"}}}""", "message.payload.task_id", "'item'")]
    [InlineData("""{"playbook": "answer", "message": {"message_type": "task_assignment", "to": "writer", "payload": {"description": "d"}}}""", "playbook", "takes no playbook")]
    [InlineData("""{"inputs": {"a": 1}, "message": {"message_type": "task_assignment", "to": "writer", "payload": {"description": "d"}}}""", "inputs", "for playbooks")]
    [InlineData("{}", "request", "missing")]
    public async Task Plan_BadMessage_NamesFieldValueAndRule(string json, string field, string reason) =>
        await RefusedAsync(SubmitRunRequest.Parser.ParseJson(json), field, reason);

    private static SubmitRunRequest Short(string to, string description) => new()
    {
        Message = new ProtocolMessage
        {
            MessageType = "task_assignment",
            From = "me",
            To = to,
            Payload = new ProtocolPayload { TaskId = "t-1", Description = description, Constraints = new Constraints { TimeLimit = 60 } },
        },
    };

    private async Task<(RunSubmitted Submitted, PlanRequested Plan)> PlanAsync(SubmitRunRequest request)
    {
        var submitted = new RunSubmitted { Playbook = request.Playbook, Inputs = request.Inputs };
        return (submitted, await _planner.PlanAsync(request, submitted, default));
    }

    private async Task RefusedAsync(SubmitRunRequest request, string field, string reason)
    {
        var refusal = await Should.ThrowAsync<RequestRefusedException>(() => PlanAsync(request));
        refusal.Field.ShouldBe(field);
        refusal.Message.ShouldContain(reason);
    }

    private sealed class Directory : IAgentDirectory
    {
        private readonly List<AgentInstance> _agents = [];

        public void Add(string role, string taskType) => _agents.Add(new AgentInstance
        {
            Contract = new AgentContract { Role = role, Capabilities = { new Capability { TaskType = taskType } } },
        });

        public IReadOnlyList<AgentInstance> List(string? role) => [.. _agents.Where(agent => agent.Contract.Role == role)];
    }
}
