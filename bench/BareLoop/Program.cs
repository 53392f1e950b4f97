using System.Globalization;
using Agents.Testing;
using Bench.BareLoop;
using Bench.Measure;

// Arguments: the port where the agent joins, the agent's address, Redis.
await using var registry = await FakeOrchestrator.StartAsync(new FakeState { HeartbeatInterval = TimeSpan.FromSeconds(1) }, int.Parse(args[0], CultureInfo.InvariantCulture));
await using var loop = await Loop.ConnectAsync(args[1], args[2]);
await new PhaseProgram(loop.RunAsync, TimeProvider.System).ServeAsync();
