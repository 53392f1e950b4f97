using Agents.Hosting;
using Agents.Models;
using Agents.Reviewer;
using Agents.Reviewer.Changes;

AgentHost.Create(args).AddModels().AddAgent<ReviewerAgent>().AddAgent<ChangeReviewAgent>().Run();
