using Bench.Runner;

var options = Options.Read(args);
try
{
    await using var system = await BenchSystem.StartAsync(options);
    if (options.Repeat.Length > 0)
    {
        for (var i = 0; i < options.Repetitions; i++)
        {
            var before = system.Orchestrators[0].CpuSeconds();
            Console.WriteLine($"{await system["client"].AskAsync(options.Repeat)} orchestrator {system.Orchestrators[0].Pid}: {system.Orchestrators[0].CpuSeconds() - before:0.00} s");
        }

        return 0;
    }

    var results = await new Session(options, system).RunAsync();
    await Report.WriteAsync(options, results);
    return results.Counts ? 0 : 2;
}
catch (InvalidOperationException e)
{
    // Caught here, so that the processes are ended first.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
