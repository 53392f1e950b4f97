using Agents.Executor;
using Agents.Hosting;
using Agents.Tools.Mcp;

try
{
    var host = AgentHost.Create(args);
    host.Services.AddExecutor(host.Configuration);
    await host.AddMcpToolsAsync("executor");
    await host.AddAgent<ExecutorAgent>().RunAsync();
}
catch (AgentDefinitionException exception)
{
    await Console.Error.WriteLineAsync($"executor: {exception.Message}");
    Environment.ExitCode = 1;
}
