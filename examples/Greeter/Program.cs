using Agents.Greeter;
using Agents.Hosting;

AgentHost.Create(args).AddAgent<GreeterAgent>().Run();
