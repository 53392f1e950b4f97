using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Planning;

public sealed class RequestPlannerTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();
    private readonly RequestPlanner _planner;

    public RequestPlannerTests()
    {
        _workspace.Write("src/a.cs");
        _planner = Planner(PlaybookFiles.Shipped);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Plan_NamedPlaybook_FillsDefaultsAndAsksThePlanner()
    {
        var submitted = Submitted("Audit it", "code-audit", """{"fix": true}""");
        var plan = await _planner.PlanAsync(submitted, default);
        plan.Playbook.ShouldBe("code-audit");
        plan.Reason.ShouldBe("code-audit: asked for");
        submitted.Inputs.ShouldBe(ProtoJson.ParseStruct("""{"fix": true, "include": [], "exclude": [], "max_findings": 500}"""));
        plan.PlanningTask.Role.ShouldBe("planner");
        plan.PlanningTask.Input.Fields["inputs"].StructValue.ShouldBe(submitted.Inputs);
        Plan.Parser.ParseJson(ProtoJson.ToText(plan.PlanningTask.Input.Fields["plan"])).ShouldBe(plan.Draft);
        PlanRules.Violations(plan.Draft).ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_PlainQuestion_GetsOneAgentAndNoPlannerOrReview()
    {
        var plan = await _planner.PlanAsync(Submitted("Where is the configuration read?"), default);
        plan.Playbook.ShouldBe("answer");
        plan.Reason.ShouldBe("answer: a question; 1 source file");
        plan.PlanningTask.ShouldBeNull();
        var task = plan.Draft.Tasks.ShouldHaveSingleItem();
        (task.Role, task.TaskType, task.Review).ShouldBe(("researcher", "answer", null));
    }

    [Fact]
    public async Task Plan_DraftOfTheCatalog_IsNotShared()
    {
        (await _planner.PlanAsync(Submitted("Why?", "answer"), default)).Draft.Tasks.Clear();
        (await _planner.PlanAsync(Submitted("Why?", "answer"), default)).Draft.Tasks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Plan_WorkspaceThroughALink_StoresTheRealPath()
    {
        var link = Path.Combine(_workspace.Path, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_workspace.Path, "src"));
        var submitted = Submitted("Why?", "answer");
        submitted.Workspace.Path = link;
        await _planner.PlanAsync(submitted, default);
        submitted.Workspace.Path.ShouldBe(Path.Combine(_workspace.Path, "src"));
    }

    [Theory]
    [InlineData("x", "code-audti", "", "UNKNOWN_PLAYBOOK", "playbook", "Did you mean 'code-audit'?")]
    [InlineData("x", "none", "", "UNKNOWN_PLAYBOOK", "playbook", "The playbooks are answer, ")]
    [InlineData("Make me a sandwich", "", "", "NO_PLAYBOOK", "request", "code-audit (Audit source code)")]
    [InlineData("  ", "", "", "EMPTY_REQUEST", "request", "empty")]
    [InlineData("x", "code-audit", """{"fix": "yes"}""", "INVALID_INPUT", "inputs.fix", "'fix' is \"yes\"; it must be true or false")]
    [InlineData("x", "code-audit", """{"fx": true}""", "INVALID_INPUT", "inputs.fx", "'fx' is not known here; the fields are exclude, fix, include, max_findings")]
    [InlineData("x", "code-audit", """{"max_findings": 0}""", "INVALID_INPUT", "inputs.max_findings", "at least 1")]
    [InlineData("x", "code-audit", """{"include": ["a", 3]}""", "INVALID_INPUT", "inputs.include[1]", "must be text")]
    public async Task Plan_BadRequest_NamesFieldValueAndRule(string request, string playbook, string inputs, string code, string field, string reason)
    {
        var refusal = await Should.ThrowAsync<RequestRefusedException>(() => _planner.PlanAsync(Submitted(request, playbook, inputs), default));
        (refusal.GrpcCode, refusal.Code, refusal.Field).ShouldBe((StatusCode.InvalidArgument, code, field));
        refusal.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Plan_WithoutTheWorkspaceThatIsNeeded_IsRefused()
    {
        var submitted = Submitted("Audit this", "code-audit");
        submitted.Workspace = null;
        var refusal = await Should.ThrowAsync<RequestRefusedException>(() => _planner.PlanAsync(submitted, default));
        (refusal.Code, refusal.Field).ShouldBe(("WORKSPACE_MISSING", "workspace"));
        refusal.Message.ShouldContain("'code-audit' works on files");
    }

    [Fact]
    public async Task Plan_PlaybookWithErrors_TellsThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("broken.yaml", "name: broken\ntitle: T\ndescription: D\ntasks: 3\n");
        var refusal = await Should.ThrowAsync<RequestRefusedException>(() => Planner(folder.Path).PlanAsync(Submitted("x", "broken"), default));
        refusal.Code.ShouldBe("INVALID_PLAYBOOK");
        refusal.Message.ShouldContain("/broken.yaml:4:8: tasks is the number 3");
    }

    [Fact]
    public async Task Plan_PathAndArtifact_IsRefused()
    {
        var submitted = Submitted("Why?");
        submitted.Workspace.Artifact = new ArtifactRef { Id = "sha256:00" };
        (await Should.ThrowAsync<RequestRefusedException>(() => _planner.PlanAsync(submitted, default))).Message.ShouldBe("workspace has both a path and an artifact; one of them is allowed.");
    }

    private RunSubmitted Submitted(string request, string playbook = "", string inputs = "") => new()
    {
        Request = request,
        Playbook = playbook,
        Inputs = inputs.Length > 0 ? ProtoJson.ParseStruct(inputs) : null,
        Workspace = new Workspace { Path = _workspace.Path },
    };

    private RequestPlanner Planner(string folder) =>
        new(PlaybookCatalog.Load(folder), TestWorkspaces.Of(_workspace.Path), new SingleTasks(new NoAgents()));

    private sealed class NoAgents : IAgentDirectory
    {
        public IReadOnlyList<AgentInstance> List(string? role) => [];
    }
}
