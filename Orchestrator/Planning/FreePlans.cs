using Google.Protobuf.WellKnownTypes;
using Orchestrator.Dispatch;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>
/// Plans that a planner makes by itself, with a language model: the playbook that stands for them, and what agents offer.
/// Without the setting there are none, and a request that no playbook fits is refused.
/// </summary>
/// <param name="playbook">Name of the playbook (<c>Planning:FreePlaybook</c>); null or empty: none.</param>
internal sealed class FreePlans(IAgentDirectory agents, string? playbook)
{
    /// <summary>For requests that nothing else fits; null: none.</summary>
    public Playbook? Choose(PlaybookCatalog catalog) => string.IsNullOrEmpty(playbook) ? null : catalog.Find(playbook);

    public bool IsFree(Playbook chosen) => chosen.Name == playbook;

    /// <summary>Every kind of work that an instance which has joined does, once.</summary>
    public Value Offers()
    {
        var offers = agents.List(null)
            .Where(agent => agent.Contract is not null && agent.Contract.Role != "planner")
            .SelectMany(agent => agent.Contract.Capabilities, (agent, capability) => (agent.Contract.Role, Capability: capability))
            .DistinctBy(offer => (offer.Role, offer.Capability.TaskType))
            .OrderBy(offer => offer.Role, StringComparer.Ordinal).ThenBy(offer => offer.Capability.TaskType, StringComparer.Ordinal);
        return Value.ForList([.. offers.Select(offer => Value.ForStruct(new Struct
        {
            Fields =
            {
                ["role"] = Value.ForString(offer.Role),
                ["task_type"] = Value.ForString(offer.Capability.TaskType),
                ["description"] = Value.ForString(offer.Capability.Description),
                ["input_schema"] = Value.ForString(offer.Capability.InputSchema),
                ["output_schema"] = Value.ForString(offer.Capability.OutputSchema),
            },
        }))]);
    }
}
