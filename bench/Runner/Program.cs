using Bench.Runner;

var options = Options.Read(args);
await using var system = await BenchSystem.StartAsync(options);
var results = await new Session(options, system).RunAsync();
await Report.WriteAsync(options, results);
return results.Counts ? 0 : 2;
