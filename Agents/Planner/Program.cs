using Agents.Hosting;
using Agents.Planner;

AgentHost.Create(args).AddPlanner().Run();
