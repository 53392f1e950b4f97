using System.Text.Json;
using Agents.Hosting;
using Agents.Planner;
using Agents.Testing;
using Protos.V1;

namespace Agents.Researcher.Tests.Planner;

public sealed class PlannerTests : IDisposable
{
    private const string Audit = """
        {"playbook":"code-audit","tasks":[
          {"id":"inventory","role":"researcher","task_type":"inventory","input":{"include":"${inputs.include}"}},
          {"id":"security","role":"reviewer","task_type":"security","depends_on":["inventory"],"foreach":"${inventory.areas}","optional":true,"input":{"paths":"${item.paths}"}},
          {"id":"metrics","role":"analyst","task_type":"metrics","depends_on":["inventory"],"optional":true},
          {"id":"merge","role":"writer","task_type":"report","depends_on":["security"],"when":"${inputs.fix}","optional":true,"input":{"findings":["${security}"]}},
          {"id":"fix","role":"developer","task_type":"fix","depends_on":["merge"],"when":"${inputs.fix} and not empty(${merge.findings})","optional":true,"input":{"findings":"${merge.findings}"}},
          {"id":"report","role":"writer","task_type":"report","depends_on":["inventory","security","metrics","fix"],
           "input":{"findings":["${security}"],"metrics":"${metrics}","fix":"${fix}","inventory":"${inventory}"},"estimate":5,"review":{"threshold":80}}],
         "result":{"findings":"${report.findings}","fixed":"${fix.applied}"}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("x = 1\n", count));

    private async Task<(Plan Plan, IReadOnlyList<string> Notes)> PlanAsync(string draft, string inputs = "{}")
    {
        var input = new PlanInput("request", "code-audit", JsonDocument.Parse(draft).RootElement, JsonDocument.Parse(inputs).RootElement);
        var output = await new PlannerAgent(Agents.Models.AgentModels.None).PlanAsync(input, new TestTaskContext(_folder.Path).Context, CancellationToken.None);
        return (PlanJson.Read(output.Plan), output.Notes);
    }

    private static PlannedTask Find(Plan plan, string id) => plan.Tasks.Single(task => task.Id == id);

    [Fact]
    public async Task Plan_SourceAndFixWanted_KeepsAllAndEstimates()
    {
        for (var i = 0; i < 10; i++)
            _folder.Write($"d{i}/a.py", Lines(3000));

        var (plan, notes) = await PlanAsync(Audit, """{"fix":true,"include":[]}""");

        plan.Tasks.Select(task => task.Id).ShouldBe(["inventory", "security", "metrics", "merge", "fix", "report"]);
        Find(plan, "inventory").Input.Fields["max_area_lines"].NumberValue.ShouldBe(3750);
        Find(plan, "security").Estimate.ShouldBe(1.8, 0.2);
        Find(plan, "security").TimeLimit.ShouldBeGreaterThanOrEqualTo(60);
        Find(plan, "report").Estimate.ShouldBe(5);
        notes[0].ShouldBe("The workspace has 10 text files: 10 of source with 30,000 lines (Python 30,000) and 0 documents with 0 lines.");
        notes.ShouldContain(note => note.Contains("8 areas of up to 3,750 lines"));
        plan.Notes.ShouldBe(notes);
    }

    [Fact]
    public async Task Plan_NoSource_RemovesWhatReadsItAndKeepsThePlanValid()
    {
        _folder.Write("README.md", "# Only text\n");

        var (plan, notes) = await PlanAsync(Audit, """{"fix":true}""");

        plan.Tasks.Select(task => task.Id).ShouldBe(["inventory", "report"]);
        var report = Find(plan, "report");
        report.DependsOn.ShouldBe(["inventory"]);
        report.Input.Fields["findings"].ListValue.Values.Single().KindCase.ShouldBe(Google.Protobuf.WellKnownTypes.Value.KindOneofCase.NullValue);
        report.Input.Fields["inventory"].StringValue.ShouldBe("${inventory}");
        plan.Result.Fields["fixed"].KindCase.ShouldBe(Google.Protobuf.WellKnownTypes.Value.KindOneofCase.NullValue);
        notes.ShouldContain("'security' was removed: the workspace has no source files.");
        notes.ShouldContain("'merge' was removed: it works on what 'security' would have given.");
    }

    [Fact]
    public async Task Plan_FixNotWanted_RemovesIt()
    {
        _folder.Write("a.py", Lines(10));

        var (plan, notes) = await PlanAsync(Audit, """{"fix":false}""");

        plan.Tasks.Select(task => task.Id).ShouldBe(["inventory", "security", "metrics", "report"]);
        notes.ShouldContain("'fix' was removed: it works on what 'merge' would have given.");
    }

    [Fact]
    public async Task Plan_ReviewOfEverythingInOneTask_IsSplitByArea()
    {
        for (var i = 0; i < 6; i++)
            _folder.Write($"d{i}/a.py", Lines(4000));
        _folder.Write("root.py", Lines(100));
        const string Draft = """
            {"tasks":[
              {"id":"security","role":"reviewer","task_type":"security","time_limit":1},
              {"id":"report","role":"writer","task_type":"report","depends_on":["security"],"input":{"findings":"${security.findings}"}}],
             "result":{"raw":"${security}"}}
            """;

        var (plan, notes) = await PlanAsync(Draft);

        var parts = plan.Tasks.Where(task => task.Id.StartsWith("security-", StringComparison.Ordinal)).ToList();
        parts.Count.ShouldBeGreaterThan(3);
        var report = Find(plan, "report");
        report.DependsOn.ShouldBe(parts.Select(part => part.Id));
        report.Input.Fields["findings"].ListValue.Values.Select(v => v.StringValue).ShouldBe(parts.Select(part => $"${{{part.Id}.findings}}"));
        plan.Result.Fields["raw"].ListValue.Values.Count.ShouldBe(parts.Count);
        parts.SelectMany(part => part.Input.Fields["paths"].ListValue.Values.Select(v => v.StringValue)).Order().ShouldBe(["d0", "d1", "d2", "d3", "d4", "d5", "root.py"]);
        parts.ShouldAllBe(part => part.TimeLimit >= part.Estimate);
        notes.ShouldContain(note => note.StartsWith("'security' was split into"));
    }

    [Fact]
    public async Task Plan_WithoutWorkspace_ChecksAndReturnsTheDraft()
    {
        var input = new PlanInput("request", "", JsonDocument.Parse(Audit).RootElement);

        var output = await new PlannerAgent(Agents.Models.AgentModels.None).PlanAsync(input, new TestTaskContext().Context, CancellationToken.None);

        PlanJson.Read(output.Plan).Tasks.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("""{"tasks":[{"id":"a","role":"r","task_type":"t","depends_on":["b"]},{"id":"b","role":"r","task_type":"t","depends_on":["a"]}]}""", "run in a circle: a → b → a")]
    [InlineData("""{"tasks":[{"id":"a","role":"r","task_type":"t","depends_on":["a"]}]}""", "plan.tasks.a.depends_on: the dependencies run in a circle")]
    [InlineData("""{"tasks":[{"id":"a","role":"r","task_type":"t","depends_on":["x"]}]}""", "plan.tasks.a.depends_on: there is no task 'x'")]
    [InlineData("""{"tasks":[{"id":"a","role":"r","task_type":"t"},{"id":"a","role":"r","task_type":"t"}]}""", "plan.tasks.a: the id is used twice")]
    [InlineData("""{"tasks":[{"id":"a","role":"r","task_type":"t","input":{"x":"${b.y}"}},{"id":"b","role":"r","task_type":"t"}]}""", "plan.tasks.a: ${b…} is used and 'b' is not in depends_on")]
    [InlineData("""{"tasks":[]}""", "a plan has at least one task")]
    [InlineData("""{"tasks":[{"id":"a","role":"","task_type":"t"}]}""", "plan.tasks.a.role: is missing")]
    [InlineData("""{"taskz":[]}""", "taskz")]
    public async Task Plan_InvalidDraft_NamesTheTask(string draft, string expected)
    {
        var error = await Should.ThrowAsync<TaskFailedException>(() => PlanAsync(draft));

        error.Code.ShouldBe("INVALID_PLAN");
        error.Message.ShouldContain(expected);
    }
}
