using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Contracts;
using Orchestrator.Dispatch;
using Orchestrator.Policy.Rules;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Policy;

/// <summary>Shows the rules in force, holds the text of others against what a policy may be, and tells how a call would be decided.</summary>
internal sealed class PolicyDesk(PolicySource source, PolicyDecider decider, IAgentDirectory agents, IOptions<PolicyOptions> options, TimeProvider time)
{
    private static readonly string[] NoConditions = ["id", "effect", "reason", "grants", "deciders"];

    /// <summary>The rules in force, and what is wrong with the file.</summary>
    public GetPolicyResponse Get()
    {
        var status = source.Status();
        var response = new GetPolicyResponse
        {
            File = status.File,
            Text = status.Text,
            Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(status.Text))),
            LoadedAt = Timestamp.FromDateTimeOffset(status.LoadedAt),
            DefaultEffect = status.Rules.Default,
            Rules = { Views(status.Text, status.Rules) },
            Opa = options.Value.Opa,
        };
        if (status.Complaint.Length > 0)
        {
            response.Error = new TextError { Line = status.Line, Column = status.Column, Message = status.Complaint };
            response.ErrorAt = Timestamp.FromDateTimeOffset(status.ComplainedAt);
        }

        return response;
    }

    /// <summary>What is wrong with a text, or what its rules are.</summary>
    public static ValidatePolicyResponse Validate(string text)
    {
        try
        {
            var rules = PolicyReader.Read(text);
            return new ValidatePolicyResponse { DefaultEffect = rules.Default, Rules = { Views(text, rules) } };
        }
        catch (PolicyFileException e)
        {
            return new ValidatePolicyResponse { Errors = { new TextError { Line = e.Line, Column = e.Column, Message = e.Message } } };
        }
    }

    /// <summary>How a call would be decided. Nothing is recorded, and nobody is asked.</summary>
    /// <exception cref="RequestRefusedException">The policy of the request cannot be used.</exception>
    public async Task<TestPolicyResponse> TestAsync(TestPolicyRequest request, Principal caller, CancellationToken ct)
    {
        var contract = agents.List(request.Role).Select(instance => instance.Contract).FirstOrDefault(known => known?.Role == request.Role);
        var input = Input(request, caller, contract);
        var verdict = contract is not null && !contract.Tools.Contains(request.Tool)
            ? PolicyVerdict.Deny($"contract: the role '{contract.Role}' has the tools [{string.Join(", ", contract.Tools)}], not '{request.Tool}'.", "contract")
            : request.Policy.Length > 0 ? Read(request.Policy).Decide(input)
            : await decider.DecideAsync(input, ct);
        return new TestPolicyResponse
        {
            Effect = verdict.Effect,
            Rule = verdict.Rule,
            Reason = verdict.Reason,
            Grants = { verdict.Grants },
            Deciders = { verdict.Deciders },
            Source = verdict.Source,
            Input = ProtoJson.ParseStruct(input.ToJson().ToJsonString()),
        };
    }

    private PolicyInput Input(TestPolicyRequest request, Principal caller, AgentContract? contract) => new()
    {
        Tool = request.Tool,
        Risk = request.Risk.Length > 0 ? request.Risk : contract?.ToolDefinitions.FirstOrDefault(tool => tool.Name == request.Tool)?.Risk ?? "",
        Role = request.Role,
        Agent = request.Agent,
        Tenant = request.Tenant.Length > 0 ? request.Tenant : caller.Tenant,
        Principal = request.Principal.Length > 0 ? request.Principal : caller.Name,
        Playbook = request.Playbook,
        Labels = request.Labels.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal),
        Time = PolicyMoment.Of(request.Time?.ToDateTimeOffset() ?? time.GetUtcNow()),
        Facts = PolicyFacts.Of(request.Arguments),
    };

    private static RuleEvaluator Read(string text)
    {
        try
        {
            return new RuleEvaluator(PolicyReader.Read(text));
        }
        catch (PolicyFileException e)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_POLICY", $"policy: {e.Message}", "policy");
        }
    }

    private static List<PolicyRuleView> Views(string text, PolicyRules rules)
    {
        var places = JsonPlaces.Of(text);
        using var document = JsonDocument.Parse(text);
        var written = document.RootElement.GetProperty("tool_policy").GetProperty("rules");
        return [.. rules.Rules.Select((rule, i) => new PolicyRuleView
        {
            Id = rule.Id,
            Effect = rule.Effect,
            Reason = rule.Reason ?? "",
            Grants = { rule.Grants ?? [] },
            Deciders = { rule.Deciders ?? [] },
            Conditions = Conditions(written[i]),
            Line = places.Find($"tool_policy.rules[{i}]").Line,
        })];
    }

    private static Struct Conditions(JsonElement rule)
    {
        var conditions = ProtoJson.ToStruct(rule);
        foreach (var name in NoConditions)
        {
            conditions.Fields.Remove(name);
        }

        return conditions;
    }
}
