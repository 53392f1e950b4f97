using System.Reflection;
using System.Security.Cryptography;
using Google.Protobuf;
using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>What a team promises its master: to work on any request, and to follow each of its playbooks.</summary>
internal static class TeamContract
{
    /// <summary>The task type that takes any request.</summary>
    public const string Run = "run";

    private const string RunInput = """
        {"type": "object", "additionalProperties": false, "properties": {
          "request": {"type": "string", "description": "What is wanted, in words. Missing: the task's description."},
          "playbook": {"type": "string", "description": "The playbook to follow. Missing: chosen by the request and the workspace."},
          "inputs": {"type": "object", "description": "The playbook's inputs."}}}
        """;

    /// <summary>The contract.</summary>
    public static AgentContract Of(TeamOptions options, PlaybookCatalog playbooks)
    {
        var contract = new AgentContract
        {
            Role = options.Role,
            Name = options.Role,
            Description = "Another orchestrator with agents of its own.",
            Limits = new AgentLimits { MaxParallel = options.MaxParallel, DefaultTimeLimit = options.TimeLimitSeconds },
        };
        contract.Capabilities.Add(new Capability { TaskType = Run, Description = "Works on any request, as its own clients' requests are worked on.", InputSchema = RunInput });
        contract.Capabilities.Add(playbooks.Playbooks.Where(playbook => IsTaskType(playbook.Name)).OrderBy(playbook => playbook.Name, StringComparer.Ordinal)
            .Select(playbook => new Capability { TaskType = playbook.Name, Description = playbook.Description, InputSchema = playbook.InputSchema }));
        // Another set of playbooks is another contract, and the same version must promise the same.
        var hash = Convert.ToHexStringLower(SHA256.HashData(contract.ToByteArray()))[..8];
        contract.Version = $"{typeof(TeamContract).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "1.0.0"}+{hash}";
        return contract;
    }

    private static bool IsTaskType(string name) =>
        name != Run && name.Length is > 0 and <= 50 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
