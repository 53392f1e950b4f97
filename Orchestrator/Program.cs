using Orchestrator;

await OrchestratorApp.Build(args).RunAsync();
