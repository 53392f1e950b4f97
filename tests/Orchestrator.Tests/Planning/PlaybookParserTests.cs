using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Tests.Planning;

public sealed class PlaybookParserTests
{
    public static TheoryData<string> BadNames() =>
        [.. BadPlaybooks.OfShape.Concat(BadPlaybooks.OfMeaning).Select(bad => bad.Name)];

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Parse_BadPlaybook_TellsFileLineColumnAndReason(string name)
    {
        var bad = BadPlaybooks.OfShape.Concat(BadPlaybooks.OfMeaning).Single(bad => bad.Name == name);
        var (playbook, errors) = PlaybookFiles.Parse(bad.Text);
        playbook.ShouldBeNull();
        var error = errors.ShouldHaveSingleItem();
        error.Reason.ShouldContain(bad.Reason);
        (error.File, error.Line, error.Column).ShouldBe(("playbooks/minimal.yaml", bad.Line, bad.Column));
        error.ToString().ShouldStartWith($"playbooks/minimal.yaml:{bad.Line}:{bad.Column}: ");
    }

    [Fact]
    public void Parse_Cycle_NamesIt()
    {
        var (_, errors) = PlaybookFiles.Parse("""
            name: minimal
            title: T
            description: D
            tasks:
              a: {role: r, task: t, needs: [c]}
              b: {role: r, task: t, needs: [a]}
              c: {role: r, task: t, needs: [b]}
              d: {role: r, task: t}
            """);
        var error = errors.ShouldHaveSingleItem();
        // Where the circle is entered does not matter.
        new[] { "a → b → c → a", "b → c → a → b", "c → a → b → c" }.ShouldContain(circle => error.Reason.EndsWith($"run in a circle: {circle}", StringComparison.Ordinal));
        error.Line.ShouldBeInRange(5, 7);
        error.Column.ShouldBe(32);
    }

    [Fact]
    public void Parse_SeveralErrors_TellsAllInOrder()
    {
        var (_, errors) = PlaybookFiles.Parse("""
            name: minimal
            titel: T
            description: D
            planner: maybe
            tasks:
              one: {role: r, priority: 12}
            """);
        errors.Select(error => error.Line).ShouldBe([1, 2, 4, 6, 6]);
        string.Join("\n", errors).ShouldSatisfyAllConditions(
            text => text.ShouldContain("title is missing"),
            text => text.ShouldContain("did you mean 'title'?"),
            text => text.ShouldContain("planner is the text 'maybe'"),
            text => text.ShouldContain("tasks.one.task is missing"),
            text => text.ShouldContain("tasks.one.priority is 12"));
    }

    [Fact]
    public void Parse_EveryField_ReachesThePlan()
    {
        var playbook = PlaybookFiles.Good("""
            name: minimal
            title: A title
            description: A description
            match: {keywords: [one], phrases: [two words], workspace: source, questions: true}
            workspace: required
            planner: true
            inputs:
              properties: {limit: {type: integer, default: 3}}
            tasks:
              - id: first
                role: researcher
                task: inventory
              - id: second
                role: reviewer
                task: security
                title: Second
                description: Look at ${item.id}
                requirements: [be quick]
                needs: [first]
                input: {n: "${inputs.limit}", list: [1, two, null]}
                context: {a: true}
                when: ${first.files} > 0
                foreach: ${first.areas}
                max_parallel: 2
                optional: true
                priority: 0
                time_limit: 30
                estimate: 1.5
                review: {role: critic, task: look, threshold: 90, max_rounds: 3, rubric: [good], on_exhausted: accept}
                retry: {max_attempts: 5, backoff: 0.5, max_backoff: 9}
                expected_output: {files: [a.md], tests: all passing, coverage: ">80%"}
            result: {x: "${second}"}
            """);
        playbook.Roles.ShouldBe(["critic", "planner", "researcher", "reviewer"]);
        playbook.Match.Holds.ShouldBe(WorkspaceContent.Source);
        playbook.ToInfo().ShouldBe(new PlaybookInfo
        {
            Name = "minimal",
            Title = "A title",
            Description = "A description",
            NeedsWorkspace = true,
            Roles = { "critic", "planner", "researcher", "reviewer" },
            InputSchema = playbook.InputSchema,
        });
        var task = playbook.Draft.Tasks[1];
        Plan.Parser.ParseJson("""
            {"tasks": [{"id": "second", "role": "reviewer", "task_type": "security", "title": "Second",
            "description": "Look at ${item.id}", "requirements": ["be quick"], "depends_on": ["first"],
            "input": {"n": "${inputs.limit}", "list": [1, "two", null]}, "context": {"a": true}, "when": "${first.files} > 0",
            "foreach": "${first.areas}", "max_parallel": 2, "optional": true, "priority": 0, "time_limit": 30, "estimate": 1.5,
            "review": {"role": "critic", "task_type": "look", "threshold": 90, "max_rounds": 3, "rubric": ["good"], "on_exhausted": "accept"},
            "retry": {"max_attempts": 5, "backoff": 0.5, "max_backoff": 9},
            "expected_output": {"files": ["a.md"], "tests": "all passing", "coverage": ">80%"}}]}
            """).Tasks[0].ShouldBe(task);
    }
}
