Agents.Hosting.AgentHost.Create(args).AddAgent<Agents.Reviewer.ReviewerAgent>().Run();
