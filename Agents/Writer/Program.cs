using Agents.Hosting;
using Agents.Models;
using Agents.Writer;

AgentHost.Create(args).AddModels().AddAgent<WriterAgent>().Run();
