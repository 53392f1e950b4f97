using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Protos.V1;

namespace Agents.Hosting.Definitions;

/// <summary>What this process is: one role and its kinds of work.</summary>
internal sealed partial class AgentDefinition
{
    private readonly FrozenDictionary<string, TaskHandler> _handlers;

    public AgentDefinition(AgentContract contract, IReadOnlyCollection<TaskHandler> handlers)
    {
        Check(contract, handlers);
        Contract = contract;
        _handlers = handlers.ToFrozenDictionary(handler => handler.TaskType);
        foreach (var handler in handlers)
        {
            contract.Capabilities.Add(new Capability
            {
                TaskType = handler.TaskType,
                Description = handler.Description,
                InputSchema = handler.InputSchema?.ToJsonString(AgentJson.Options) ?? "",
                OutputSchema = handler.OutputSchema?.ToJsonString(AgentJson.Options) ?? "",
            });
        }
    }

    public AgentContract Contract { get; }

    public string Role => Contract.Role;

    /// <summary>The handler of a kind of work. An empty name finds the only one. Null: there is none.</summary>
    public TaskHandler? Find(string taskType)
    {
        if (_handlers.TryGetValue(taskType, out var handler))
            return handler;

        return taskType.Length == 0 && _handlers.Count == 1 ? _handlers.Values[0] : null;
    }

    public string KnownTaskTypes => string.Join(", ", _handlers.Keys.Order(StringComparer.Ordinal));

    private static void Check(AgentContract contract, IReadOnlyCollection<TaskHandler> handlers)
    {
        if (!NamePattern.IsMatch(contract.Role))
            throw new AgentDefinitionException($"Agent role \"{contract.Role}\": must be lower case letters, digits, - and _, beginning with a letter, at most 50.");
        if (handlers.Count == 0)
            throw new AgentDefinitionException($"Agent {contract.Role} has no kind of work: mark a method with [Task(\"…\")] or call OnTask.");
        if (handlers.FirstOrDefault(handler => !NamePattern.IsMatch(handler.TaskType)) is { } odd)
            throw new AgentDefinitionException($"Task type \"{odd.TaskType}\" of agent {contract.Role}: must be lower case letters, digits, - and _, beginning with a letter, at most 50.");
        if (handlers.GroupBy(handler => handler.TaskType).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new AgentDefinitionException($"Task type \"{twice.Key}\" of agent {contract.Role} is declared {twice.Count()} times.");
        if (contract.Limits.MaxParallel < 1)
            throw new AgentDefinitionException($"MaxParallel of agent {contract.Role} is {contract.Limits.MaxParallel}; it must be at least 1.");
        if (contract.Limits.DefaultTimeLimit < 1)
            throw new AgentDefinitionException($"TimeLimit of agent {contract.Role} is {contract.Limits.DefaultTimeLimit}; it must be at least 1 second.");
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,49}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern { get; }
}
