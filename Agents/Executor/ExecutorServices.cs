using Agents.Executor.Chains;
using Agents.Executor.Processes;
using Agents.Executor.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Agents.Executor;

/// <summary>What the agent needs.</summary>
internal static class ExecutorServices
{
    public static IServiceCollection AddExecutor(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => ExecutorOptions.Read(configuration))
        .AddSingleton<ProcessRunner>()
        .AddSingleton<Git>()
        .AddSingleton<ITool, FileRead>()
        .AddSingleton<ITool, FileList>()
        .AddSingleton<ITool, FileSearch>()
        .AddSingleton<ITool, GitLog>()
        .AddSingleton<ITool, GitDiff>()
        .AddSingleton<ITool, GitStatus>()
        .AddSingleton<ITool, ShellRun>()
        .AddSingleton<ChainRunner>();
}
