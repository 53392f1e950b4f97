using Agents.Executor;
using Agents.Hosting;

var host = AgentHost.Create(args);
host.Services.AddExecutor(host.Configuration);
host.AddAgent<ExecutorAgent>().Run();
