using Agents.Hosting;
using Agents.Writer;

AgentHost.Create(args).AddAgent<WriterAgent>().Run();
