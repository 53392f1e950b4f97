using Agents.Hosting;
using Agents.Planner;

AgentHost.Create(args).AddAgent<PlannerAgent>().Run();
