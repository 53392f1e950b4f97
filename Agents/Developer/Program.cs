Agents.Hosting.AgentHost.Create(args).AddAgent<Agents.Developer.DeveloperAgent>().Run();
