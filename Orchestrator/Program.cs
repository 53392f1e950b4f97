using Microsoft.Extensions.Options;
using Orchestrator;
using Orchestrator.Storage;
using ServiceDefaults.Secrets;
using Transport;

try
{
    await OrchestratorApp.Build(args).RunAsync();
    return 0;
}
catch (Exception exception) when (exception is OptionsValidationException or TransportException or SecretFileException
    or StoreConfigurationException or StoreDamagedException or StoreUnavailableException or IOException)
{
    await Console.Error.WriteLineAsync($"orchestrator: {exception.Message}");
    return 1;
}
