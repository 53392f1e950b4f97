using Agents.Developer;
using Agents.Hosting;

AgentHost.Create(args).AddDeveloper().Run();
