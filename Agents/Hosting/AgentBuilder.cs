using System.Reflection;
using Agents.Hosting.Definitions;
using Protos.V1;

namespace Agents.Hosting;

/// <summary>An agent in a few lambdas.</summary>
public sealed class AgentBuilder
{
    private readonly List<TaskHandler> _handlers = [];
    private readonly AgentContract _contract;

    internal AgentBuilder(string role) => _contract = new AgentContract
    {
        Role = role,
        Name = role,
        Version = VersionOf(Assembly.GetEntryAssembly()),
        Limits = new AgentLimits { MaxParallel = 1, DefaultTimeLimit = 600 },
    };

    /// <summary>Says who it is.</summary>
    /// <param name="description">What it does, for people.</param>
    /// <param name="name">Its name for people. Null: the role.</param>
    /// <param name="version">Its semantic version. Null: that of the program.</param>
    /// <returns>The same builder.</returns>
    public AgentBuilder Describe(string description, string? name = null, string? version = null)
    {
        _contract.Description = description;
        _contract.Name = name ?? _contract.Name;
        _contract.Version = version ?? _contract.Version;
        return this;
    }

    /// <summary>Sets its limits.</summary>
    /// <param name="maxParallel">Attempts at a time in one process, from 1.</param>
    /// <param name="timeLimit">Seconds for one attempt when the task does not say, from 1.</param>
    /// <returns>The same builder.</returns>
    public AgentBuilder Limit(int maxParallel = 1, int timeLimit = 600)
    {
        _contract.Limits = new AgentLimits { MaxParallel = maxParallel, DefaultTimeLimit = timeLimit };
        return this;
    }

    /// <summary>Declares tools that it may ask to use; others are denied.</summary>
    /// <param name="tools">Names, e.g. <c>fs.read</c>.</param>
    /// <returns>The same builder.</returns>
    public AgentBuilder UseTools(params IEnumerable<string> tools)
    {
        _contract.Tools.Add(tools);
        return this;
    }

    /// <summary>Adds a kind of work.</summary>
    /// <typeparam name="TInput">A record; its JSON Schema becomes part of the contract.</typeparam>
    /// <typeparam name="TOutput">A record, likewise.</typeparam>
    /// <param name="taskType">What it is asked for by, e.g. <c>say</c>.</param>
    /// <param name="work">Does it. Called for several attempts at a time when the agent's limit allows.</param>
    /// <param name="description">What it does, for people and planners. Null: nothing is said.</param>
    /// <returns>The same builder.</returns>
    public AgentBuilder OnTask<TInput, TOutput>(string taskType, Func<TInput, TaskContext, CancellationToken, Task<TOutput>> work, string? description = null)
    {
        _handlers.Add(TaskMethods.Create<TInput, TOutput>(_contract.Role, taskType, description, (input, context, cancellationToken) => new(work(input, context, cancellationToken))));
        return this;
    }

    internal AgentBuilder AddClass(Type type, object instance)
    {
        var agent = type.GetCustomAttribute<AgentAttribute>()!;
        _contract.Name = agent.Name ?? _contract.Name;
        _contract.Version = agent.Version ?? VersionOf(type.Assembly);
        if (agent.Description is not null)
            _contract.Description = agent.Description;
        _contract.Tools.Add(agent.Tools.Except(_contract.Tools));
        _contract.Limits = new AgentLimits
        {
            MaxParallel = agent.MaxParallel,
            DefaultTimeLimit = agent.TimeLimit,
        };
        _handlers.AddRange(TaskMethods.Of(type, instance, agent.Role));
        return this;
    }

    internal void Describe(IEnumerable<ToolDeclaration> tools)
    {
        foreach (var tool in tools.Where(tool => _contract.Tools.Contains(tool.Name)).OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            _contract.ToolDefinitions.Add(new ToolDefinition
            {
                Name = tool.Name,
                Description = tool.Description,
                InputSchema = tool.InputSchema.ToJsonString(AgentJson.Options),
                Owner = tool.Owner,
                Risk = tool.Risk,
            });
        }
    }

    internal AgentDefinition Build(int? maxParallel)
    {
        if (maxParallel is { } given)
            _contract.Limits.MaxParallel = given;
        return new AgentDefinition(_contract, _handlers);
    }

    private static string VersionOf(Assembly? assembly) => assembly?.GetName().Version?.ToString(3) ?? "1.0.0";
}
