using Agents.Hosting;
using Agents.Reviewer;

AgentHost.Create(args).AddReviewer().Run();
