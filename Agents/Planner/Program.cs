using Agents.Hosting;
using Agents.Models;
using Agents.Planner;

AgentHost.Create(args).AddModels().AddAgent<PlannerAgent>().Run();
