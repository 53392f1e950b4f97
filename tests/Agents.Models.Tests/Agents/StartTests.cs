using System.Text.Json;
using Agents.Developer.Implementing;
using Agents.Hosting;
using Agents.Planner;
using Agents.Planner.Designing;
using Agents.Planner.Free;
using Agents.Researcher;
using Agents.Researcher.Contracts;
using Agents.Reviewer;
using Agents.Reviewer.Changes;
using Agents.Testing;
using Agents.Tools;
using Agents.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agents.Models.Tests.Agents;

/// <summary>A missing key is told first thing: before files are read, and before anything is asked.</summary>
public sealed class StartTests
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    [Theory]
    [InlineData("planner")]
    [InlineData("designer")]
    [InlineData("researcher")]
    [InlineData("developer")]
    [InlineData("reviewer")]
    [InlineData("change reviewer")]
    [InlineData("writer")]
    public async Task Task_KeyMissing_FailsAtItsStartAndNamesTheSetting(string agent)
    {
        var models = AgentModels.Read(ModelTest.Settings(("Models:Provider", "openai"), ("Models:Model", "m")));
        // There is no workspace: whoever looked at files first would fail with that.
        var test = new TestTaskContext();

        var failure = await ModelTest.FailureAsync(() => StartAsync(agent, models, test.Context));

        failure.Code.ShouldBe(ModelFailureCodes.NotConfigured);
        failure.Retryable.ShouldBeFalse();
        failure.Message.ShouldContain("Models:OpenAI:ApiKey is not set");
        test.Events.ShouldAllBe(e => e.ModelCall == null && e.ToolCall == null);
    }

    [Fact]
    public async Task Design_WithoutAModel_NamesTheSetting()
    {
        var failure = await ModelTest.FailureAsync(() => StartAsync("designer", AgentModels.None, new TestTaskContext().Context));

        failure.Code.ShouldBe(ModelFailureCodes.NotConfigured);
        failure.Message.ShouldContain("Models:Provider");
    }

    private static async Task StartAsync(string agent, AgentModels models, TaskContext context)
    {
        using var researcher = new ResearcherAgent(TimeProvider.System, models);
        await using var services = new ServiceCollection().AddTools(ModelTest.Settings()).BuildServiceProvider();
        switch (agent)
        {
            case "planner":
                await new PlannerAgent(models).PlanAsync(new PlanInput("r", "free", JsonDocument.Parse("""{"tasks":[{"id":"a","role":"writer","task_type":"report"}]}""").RootElement, Agents: [new AgentOffer("writer", "report")]), context, default);
                break;
            case "designer":
                await new DesignerAgent(models).DesignAsync(new DesignInput("r"), context, default);
                break;
            case "researcher":
                await researcher.AnswerAsync(new AnswerInput("q"), context, default);
                break;
            case "developer":
                await new ImplementerAgent(models, services.GetRequiredService<ToolRegistry>(), services.GetRequiredService<ToolFolders>(), new DeveloperOptions())
                    .ImplementAsync(new ImplementInput("r"), context, default);
                break;
            case "reviewer":
                await new ReviewerAgent(NullLogger<ReviewerAgent>.Instance, models).ReviewAsync(new ReviewInput(Nothing), context, default);
                break;
            case "change reviewer":
                await new ChangeReviewAgent(models).SecurityAsync(new ReviewInput(Nothing), context, default);
                break;
            default:
                await new WriterAgent(models).ReportAsync(new ReportInput("t", "r", "answer"), context, default);
                break;
        }
    }
}
