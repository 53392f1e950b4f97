using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Dispatch;

public sealed class ModelCallTests
{
    [Fact]
    public async Task ModelCall_ReportedByAnAgent_StandsInTheHistoryAndTheResultSaysWhatItWrote()
    {
        await using var system = await TestSystem.StartAsync();
        await using var agent = await BareAgent.StartAsync(system, "asks");
        agent.OnExecute = async (_, events, _) =>
        {
            await events.WriteAsync(new TaskEvent
            {
                Seq = 1,
                ModelCall = new ModelCall
                {
                    Provider = "openai",
                    Model = "gpt",
                    Purpose = "answer",
                    PromptHash = "aa",
                    AnswerHash = "bb",
                    InputTokens = 100,
                    OutputTokens = 20,
                    CostMicros = 450,
                    DurationMs = 12,
                    Outcome = "ok",
                    Tries = 2,
                },
            });
            var result = BareAgent.Result(2);
            result.Result.ModelParts.Add("answer");
            result.Result.Usage = new Usage { InputTokens = 100, OutputTokens = 20, CostMicros = 450 };
            await events.WriteAsync(result);
        };

        var run = await system.SubmitAsync(Of(Task("a")));
        var events = await system.WatchAsync(run);

        var call = events.Single(e => e.ModelCalled != null).ModelCalled;
        call.ShouldBe(new ModelCalled
        {
            TaskId = "a",
            Attempt = 1,
            Role = Task("a").Role,
            Provider = "openai",
            Model = "gpt",
            Purpose = "answer",
            PromptHash = "aa",
            AnswerHash = "bb",
            InputTokens = 100,
            OutputTokens = 20,
            CostMicros = 450,
            DurationMs = 12,
            Outcome = "ok",
            Tries = 2,
            Seq = 1,
        });
        events.Single(e => e.TaskOutput != null).TaskOutput.ModelParts.ShouldBe(["answer"]);
        (await system.RunAsync(run)).Tasks.Single(task => task.Id == "a").ModelParts.ShouldBe(["answer"]);
    }
}
