using Bench.Measure;
using Bench.Subscribers;

// Argument: the HTTP address of an orchestrator.
await using var subscribers = new Crowd(new Uri(args[0]));
await new PhaseProgram(_ => throw new InvalidOperationException("This program makes no flows."), TimeProvider.System)
    .On("open", async (words, ct) => await subscribers.OpenAsync(int.Parse(words[0]), words[1], ct))
    .On("count", (_, _) => Task.FromResult<object>(subscribers.Count()))
    .On("close", async (_, ct) => await subscribers.CloseAsync(ct))
    .ServeAsync();
