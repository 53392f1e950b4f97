using Agents.Hosting;
using Bench.NoOpAgent;

AgentHost.Create(args).AddAgent<NoOp>().Run();
