using Orchestrator;
using ServiceDefaults.Secrets;
using Transport;

try
{
    await OrchestratorApp.Build(args).RunAsync();
    return 0;
}
catch (Exception exception) when (exception is TransportException or SecretFileException)
{
    await Console.Error.WriteLineAsync($"orchestrator: {exception.Message}");
    return 1;
}
