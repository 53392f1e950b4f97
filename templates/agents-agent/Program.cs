using Agents.Hosting;
using AgentTemplate;

AgentHost.Create(args).AddAgent<TheAgent>().Run();
