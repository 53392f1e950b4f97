using Agents.Hosting;
using Agents.Models;
using Agents.Reviewer.Changes;

namespace Agents.Reviewer;

/// <summary>What the agent consists of.</summary>
internal static class ReviewerHost
{
    public static AgentHost AddReviewer(this AgentHost host) => host.AddModels().AddAgent<ReviewerAgent>().AddAgent<ChangeReviewAgent>();
}
