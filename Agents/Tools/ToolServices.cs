using Agents.Hosting;
using Agents.Hosting.Redaction;
using Agents.Skills;
using Agents.Tools.BuiltIn;
using Agents.Tools.Processes;
using Agents.Tools.Sql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Agents.Tools;

/// <summary>Tools for an agent's process.</summary>
public static class ToolServices
{
    /// <summary>Adds the built-in tools: fs.*, git.*, shell.run, test.run, code.metrics, http.get, sql.*, skill.*. The agent says in its contract which of them it uses.</summary>
    /// <param name="services">The process's.</param>
    /// <param name="configuration">Its section <c>Tools</c>, the connection strings named there, and <c>Skills</c> are read and checked.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTools(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => ToolOptions.Read(configuration));
        services.TryAddSingleton(_ => new Sandbox(CleanEnvironment.Find));
        services.TryAddSingleton<ProcessRunner>();
        services.TryAddSingleton<AllowedProgram>();
        services.TryAddSingleton<Git>();
        services.TryAddSingleton(_ => new DiffRedaction(SecretRedactor.Of(configuration)));
        services.TryAddSingleton(_ => new SqlDatabases(configuration));
        services.TryAddSingleton(_ => SkillLibrary.Read(configuration));
        services.TryAddSingleton<ToolRegistry>(provider => new ToolRegistry(
            provider.GetServices<ToolClass>().SelectMany(tools => ToolRegistry.Of(tools.Instance)).Concat(provider.GetServices<ITool>())));
        services.TryAddSingleton(provider => new ToolFolders(provider.GetRequiredService<ToolOptions>().Copy));
        services.AddSingleton<IToolCatalog>(provider => provider.GetRequiredService<ToolRegistry>());
        return services.AddToolClass<FileRead>().AddToolClass<FileList>().AddToolClass<FileSearch>().AddToolClass<FileWrite>()
            .AddToolClass<GitTools>().AddToolClass<ShellRun>().AddToolClass<TestTools>().AddToolClass<CodeTools>()
            .AddToolClass<HttpGet>().AddToolClass<SqlTools>().AddToolClass<SkillTools>();
    }

    /// <summary>Adds tools: the methods of a class that are marked <see cref="ToolAttribute"/>.</summary>
    /// <typeparam name="T">The class; its constructor gets services.</typeparam>
    /// <param name="services">The process's, after <see cref="AddTools"/> or before.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddToolClass<T>(this IServiceCollection services)
        where T : class
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton(provider => new ToolClass(provider.GetRequiredService<T>()));
    }

    private sealed record ToolClass(object Instance);
}

/// <summary>Opens the files of attempts for tools, with the limits that are configured.</summary>
public sealed class ToolFolders
{
    private readonly CopyLimits _limits;

    internal ToolFolders(CopyLimits limits) => _limits = limits;

    /// <summary>Opens a folder.</summary>
    /// <param name="root">The workspace's, e.g. <c>context.Workspace.Root</c>. Null: an empty one, for a run without files.</param>
    /// <returns>To be disposed of when the attempt ends.</returns>
    /// <exception cref="Agents.Workspaces.WorkspaceException">It cannot be read.</exception>
    public ToolFolder Open(string? root) => root is null ? ToolFolder.Empty(_limits) : ToolFolder.Open(root, _limits);
}
