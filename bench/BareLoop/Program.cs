using Bench.BareLoop;
using Bench.Measure;

// Arguments: the agent's address, Redis.
await using var loop = await Loop.ConnectAsync(args[0], args[1]);
await new PhaseProgram(loop.RunAsync, TimeProvider.System).ServeAsync();
