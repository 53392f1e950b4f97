using Bench.Client;
using Bench.Measure;

// Arguments: the gRPC addresses of the orchestrator's replicas.
using var flows = new Flows(args);
await new PhaseProgram(flows.RunAsync, TimeProvider.System)
    .On("verify", async (words, ct) => await flows.VerifyAsync(int.Parse(words[0]), ct))
    .On("many", async (words, ct) => await flows.ManyAsync(int.Parse(words[0]), ct))
    .On("load", async (words, ct) => await flows.LoadAsync(words[0], ct))
    .On("waiting", async (words, ct) => await flows.WaitingAsync(int.Parse(words[0]), ct))
    .On("busy", async (_, ct) => await flows.BusyAsync(ct))
    .On("stop", async (words, ct) => await flows.StopAsync(words[0], ct))
    .ServeAsync();
