using Agents.Hosting;
using Agents.Models;
using Agents.Researcher;

AgentHost.Create(args).AddModels().AddAgent<ResearcherAgent>().Run();
