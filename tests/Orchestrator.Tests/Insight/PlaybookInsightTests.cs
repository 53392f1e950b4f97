using Protos.V1;

namespace Orchestrator.Tests.Insight;

public sealed class PlaybookInsightTests(InsightSystem system) : IClassFixture<InsightSystem>
{
    [Fact]
    public async Task Get_PlaybookThatIsThere_HasTextInputsAndPlan()
    {
        var playbook = await system.GetAsync<GetPlaybookResponse>("/api/playbooks/build-feature");

        playbook.Text.ShouldContain("\nname: build-feature\n");
        playbook.Playbook.InputSchema.ShouldContain("properties");
        playbook.Plan.Tasks.ShouldNotBeEmpty();
        playbook.Errors.ShouldBeEmpty();
        (await system.Http.GetAsync(new Uri("/api/playbooks/build-featur", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Validate_TextWithErrors_SaysWhereAndWhat()
    {
        const string Text = "name: mine\ntitle: Mine\ndescription: d\ntasks:\n  - id: a\n    rol: worker\n    task: work\n";

        var answer = await system.PostAsync<ValidatePlaybookResponse>("/api/playbooks/validate", new { text = Text });

        answer.Plan.ShouldBeNull();
        var error = answer.Errors.First(error => error.Message.Contains("'role'", StringComparison.Ordinal));
        (error.Line, error.Column).ShouldBe((6, 5));
        (await system.PostAsync<ValidatePlaybookResponse>("/api/playbooks/validate", new { text = "a: [" })).Errors.ShouldHaveSingleItem().Line.ShouldBe(1);
    }

    [Fact]
    public async Task Validate_GoodText_YieldsThePlan()
    {
        const string Text = "name: mine\ntitle: Mine\ndescription: d\ntasks:\n  - id: a\n    role: worker\n    task: work\n";

        var answer = await system.PostAsync<ValidatePlaybookResponse>("/api/playbooks/validate", new { text = Text });

        answer.Errors.ShouldBeEmpty();
        answer.Plan.Tasks.ShouldHaveSingleItem().Role.ShouldBe("worker");
        answer.Playbook.Name.ShouldBe("mine");
        (await system.PostAsync<ValidatePlaybookResponse>("/api/playbooks/validate", new { text = Text, name = "other" })).Errors.ShouldHaveSingleItem().Message.ShouldContain("'other'");
        (await system.GetAsync<ListPlaybooksResponse>("/api/playbooks")).Playbooks.ShouldNotContain(playbook => playbook.Name == "mine");
    }

    [Fact]
    public async Task Validate_UsesAPlaybookThatIsNotThere_SaysSo()
    {
        const string Text = "name: mine\ntitle: Mine\ndescription: d\ntasks:\n  - id: a\n    playbook: build-featur\n";

        var answer = await system.PostAsync<ValidatePlaybookResponse>("/api/playbooks/validate", new { text = Text });

        var error = answer.Errors.ShouldHaveSingleItem();
        error.Message.ShouldContain("did you mean 'build-feature'?");
        error.Line.ShouldBe(6);
    }

    [Fact]
    public async Task Preview_OfAQuestion_IsThePlanThatWouldRunAndStartsNothing()
    {
        var before = (await system.GetAsync<ListRunsResponse>("/api/runs")).Runs.Count;

        var preview = await system.PostAsync<PreviewPlanResponse>("/api/plans/preview", new { request = "What is a lease?", workspace = new { path = system.System.Folder } });

        preview.Reason.ShouldContain("a question");
        preview.Plan.Tasks.ShouldNotBeEmpty();
        preview.MissingRoles.ShouldContain(preview.Plan.Tasks[0].Role);
        (await system.GetAsync<ListRunsResponse>("/api/runs")).Runs.Count.ShouldBe(before);
        var (status, problem) = await system.RefusedAsync("/api/plans/preview", new { request = "x", playbook = "build-featur" });
        status.ShouldBe(400);
        problem.GetProperty("code").GetString().ShouldBe("UNKNOWN_PLAYBOOK");
    }

    [Fact]
    public async Task Preview_OfAMessage_IsWhatTheRunThenHas()
    {
        var request = new { message = new { message_type = "task_assignment", to = "worker_2", payload = new { description = "Do it" } } };
        var (status, problem) = await system.RefusedAsync("/api/plans/preview", request);
        status.ShouldBe(400, "two kinds of work: it must be said which");
        problem.GetProperty("detail").GetString()!.ShouldContain("work, tool");
        var agentMessage = new { agent_message = new { to_agent = "worker", task_type = "work", task = new { description = "Do it", input_data = new { text = "x" } } } };

        var preview = await system.PostAsync<PreviewPlanResponse>("/api/plans/preview", agentMessage);

        preview.MissingRoles.ShouldBeEmpty();
        var run = await system.PostAsync<SubmitRunResponse>("/api/runs", agentMessage);
        var plan = (await system.System.UntilAsync(run.RunId, e => e.PlanAccepted is not null)).PlanAccepted.Plan;
        plan.Tasks.ShouldBe(preview.Plan.Tasks);
    }
}
