using Bench.Runner;

var options = Options.Read(args);
try
{
    await using var system = await BenchSystem.StartAsync(options);
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
