using Agents.Executor.Chains;
using Agents.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Agents.Executor;

/// <summary>What the agent needs.</summary>
internal static class ExecutorServices
{
    public static IServiceCollection AddExecutor(this IServiceCollection services, IConfiguration configuration) => services
        .AddTools(configuration)
        .AddSingleton<ChainRunner>();
}
