using Orchestrator.Contracts;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What a contract must keep before anything is routed to its agent.</summary>
internal static class ContractRules
{
    /// <summary>What is wrong with a registration by itself; empty: nothing.</summary>
    public static IReadOnlyList<string> Violations(Registration registration)
    {
        var violations = new List<string>();
        if (registration.IncarnationId.Length is 0 or > 100)
        {
            violations.Add("registration.incarnation_id: 1 to 100 characters are wanted.");
        }

        if (!Uri.TryCreate(registration.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            violations.Add($"registration.url: '{registration.Url}' is no http or https URL.");
        }

        if (registration.Contract is not { } contract)
        {
            violations.Add("registration.contract: is missing.");
            return violations;
        }

        if (!IsName(contract.Role))
        {
            violations.Add($"contract.role: '{contract.Role}' is no role: lower case letters, digits, '-' and '_', at most 50.");
        }

        if (contract.Limits?.MaxParallel is < 0 or > 100_000)
        {
            violations.Add($"contract.limits.max_parallel: {contract.Limits.MaxParallel} is not in 0 to 100000.");
        }

        if (contract.Capabilities.Count == 0)
        {
            violations.Add("contract.capabilities: there must be at least one.");
        }

        foreach (var capability in contract.Capabilities)
        {
            if (!IsName(capability.TaskType))
            {
                violations.Add($"contract.capabilities: '{capability.TaskType}' is no task type: lower case letters, digits, '-' and '_', at most 50.");
            }

            CheckSchema(capability.InputSchema, $"contract.capabilities.{capability.TaskType}.input_schema", violations);
            CheckSchema(capability.OutputSchema, $"contract.capabilities.{capability.TaskType}.output_schema", violations);
        }

        violations.AddRange(contract.Capabilities.GroupBy(capability => capability.TaskType).Where(group => group.Count() > 1)
            .Select(group => $"contract.capabilities: '{group.Key}' stands there twice."));
        return violations;
    }

    /// <summary>How a contract disagrees with that of an instance that is there; null: it does not.</summary>
    /// <remarks>The same role in the same version must promise the same; another version may differ, for rolling updates.</remarks>
    public static string? Conflict(AgentContract contract, AgentContract there)
    {
        if (contract.Role != there.Role || contract.Version != there.Version)
        {
            return null;
        }

        foreach (var capability in there.Capabilities)
        {
            if (contract.Capabilities.FirstOrDefault(own => own.TaskType == capability.TaskType) is { } own
                && (own.InputSchema != capability.InputSchema || own.OutputSchema != capability.OutputSchema))
            {
                return $"Role '{contract.Role}' version '{contract.Version}', task type '{capability.TaskType}': another schema than that of an "
                    + "instance that is there. Give the changed contract another version.";
            }
        }

        return null;
    }

    private static void CheckSchema(string schema, string at, List<string> violations)
    {
        if (JsonSchemas.Problem(schema) is { } problem)
        {
            violations.Add($"{at}: {problem}");
        }
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 50 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
