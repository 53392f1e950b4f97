using Agents.Analyst;
using Agents.Hosting;

AgentHost.Create(args).AddAgent<AnalystAgent>().Run();
