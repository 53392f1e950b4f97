using Agents.Hosting.Tests.Fakes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>Many attempts at once, with streams cut at random moments.</summary>
public sealed class ManyAttemptsTests
{
    private const int Attempts = 600;

    [Fact]
    public async Task Execute_StreamsCutAtRandom_EveryAttemptRunsOnceAndEveryEventArrivesOnce()
    {
        var runs = new int[Attempts];
        await using var agent = await RunningAgent.StartAsync(echo => echo.Limit(maxParallel: Attempts).OnTask<Input, Output>("say", async (input, context, _) =>
        {
            Interlocked.Increment(ref runs[input.Number]);
            if (input.Number % 3 == 0)
                return new Output(input.Number);

            for (var piece = 0; piece < input.Number % 7; piece++)
            {
                await context.WriteOutputAsync($"{piece}");
                await Task.Yield();
            }

            return new Output(input.Number);
        }));
        var random = new Random(20_261_121);
        var cuts = Enumerable.Range(0, Attempts).Select(_ => random.Next(0, 6)).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, Attempts), new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (number, cancellationToken) =>
        {
            var assignment = RunningAgent.Assignment(input: new { number }, task: $"t{number}");
            var seen = await ReadSomeAsync(agent.Execute(assignment, cancellationToken), cuts[number], []);
            while (seen.Count == 0 || seen[^1].Result is null)
                seen = await ReadSomeAsync(agent.Client.Attach(new AttachRequest { Credential = assignment.Credential, AfterSeq = seen.Count }, cancellationToken: cancellationToken), cuts[number] + 1, seen);

            seen.Select(one => one.Seq).ShouldBe(Enumerable.Range(1, seen.Count).Select(seq => (long)seq));
            AgentJson.FromStruct<Output>(seen[^1].Result.Output).Number.ShouldBe(number);
            seen.Count(one => one.OutputChunk is not null).ShouldBe(number % 3 == 0 ? 0 : number % 7);
        });

        runs.ShouldAllBe(count => count == 1);
        await agent.Client.AcknowledgeAsync(new AcknowledgeRequest { Attempts = { Enumerable.Range(0, Attempts).Select(number => new AttemptKey { RunId = "run-1", TaskId = $"t{number}", Attempt = 1 }) } });
        using var gone = agent.Client.Attach(new AttachRequest { Credential = RunningAgent.Assignment(task: "t5").Credential });
        (await Refused.ByAsync(gone)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    // Reads so many events, then drops the stream.
    private static async Task<List<TaskEvent>> ReadSomeAsync(AsyncServerStreamingCall<TaskEvent> call, int most, List<TaskEvent> seen)
    {
        using (call)
        {
            for (var read = 0; read <= most && await call.ResponseStream.MoveNext(CancellationToken.None); read++)
                seen.Add(call.ResponseStream.Current);
        }

        return seen;
    }

    internal sealed record Input(int Number);

    internal sealed record Output(int Number);
}
