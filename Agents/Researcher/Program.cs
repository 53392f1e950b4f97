using Agents.Hosting;
using Agents.Researcher;

AgentHost.Create(args).AddAgent<ResearcherAgent>().Run();
