using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Dispatch;
using Orchestrator.Policy.Rules;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Policy;

/// <summary>
/// Decides tool calls at the moment they are made. An attempt may use the tools of its agent's contract and no others;
/// then the rules decide; what needs a person waits for one. Nothing is allowed before the decision is in the run's log.
/// </summary>
[Needs(Permissions.AttemptsCall)]
internal sealed class PolicyGrpcService(
    AttemptCredentials credentials, AttemptDirectory attempts, PolicyDecider decider, RunCommands commands, IRunStore store, IOptions<PolicyOptions> options, TimeProvider time)
    : PolicyService.PolicyServiceBase
{
    public override async Task<DecideToolCallResponse> DecideToolCall(DecideToolCallRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        var ct = context.CancellationToken;
        if (request.Tool.Length is 0 or > 100)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "tool: 1 to 100 characters are wanted."));
        }

        var key = ToolCallKey.Of(request.Tool, request.Arguments);
        var attempt = await attempts.FindAsync(credential, key, ct);
        if (attempt?.Contract is not { } contract)
        {
            return new DecideToolCallResponse { Effect = PolicyEffect.Deny, Reason = NotRunning(credential) };
        }

        if (!contract.Tools.Contains(request.Tool))
        {
            var tools = string.Join(", ", contract.Tools);
            return await RecordAsync(credential, request, key, PolicyVerdict.Deny($"contract: the role '{contract.Role}' has the tools [{tools}], not '{request.Tool}'.", "contract"), ct);
        }

        var verdict = await decider.DecideAsync(Input(credential, request, attempt, contract), ct);
        if (verdict.Effect != "needs_approval")
        {
            return await RecordAsync(credential, request, key, verdict, ct);
        }

        if (attempt.Approval is null && await RecordAsync(credential, request, key, verdict, ct) is { Effect: PolicyEffect.Deny } denied)
        {
            return denied;
        }

        return await AwaitAsync(credential, request, key, verdict, ct);
    }

    // A person decides in seconds or in days; the agent asks again until then.
    private async Task<DecideToolCallResponse> AwaitAsync(AttemptCredential credential, DecideToolCallRequest request, ByteString key, PolicyVerdict verdict, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.HoldSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var watch = store.Watch(credential.RunId, () => wakes.Writer.TryWrite(true));
        while (true)
        {
            var attempt = await attempts.FindAsync(credential, key, ct);
            if (attempt is null)
            {
                return new DecideToolCallResponse { Effect = PolicyEffect.Deny, Reason = NotRunning(credential) };
            }

            if (attempt.Approval?.Decision is { } decision)
            {
                var who = decision.By is null ? "nobody in time" : decision.By.Name;
                var said = decision.Comment.Length > 0 ? $": {decision.Comment}" : "";
                return decision.Approved
                    ? await RecordAsync(credential, request, key, verdict with { Effect = "allow", Reason = $"approved by {who}{said}" }, ct)
                    : await RecordAsync(credential, request, key, verdict with { Effect = "deny", Reason = $"rejected by {who}{said}", Grants = [] }, ct);
            }

            try
            {
                await wakes.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return new DecideToolCallResponse { Effect = PolicyEffect.NeedsApproval, Reason = Text(verdict), DecisionId = verdict.DecisionId };
            }
        }
    }

    private async Task<DecideToolCallResponse> RecordAsync(AttemptCredential credential, DecideToolCallRequest request, ByteString key, PolicyVerdict verdict, CancellationToken ct)
    {
        var decided = new PolicyDecided
        {
            TaskId = credential.TaskId,
            Attempt = credential.Attempt,
            Tool = request.Tool,
            CallHash = key,
            Effect = verdict.Effect,
            Rule = verdict.Rule,
            Reason = verdict.Reason,
            Source = verdict.Source,
            DecisionId = verdict.DecisionId,
            Grants = { verdict.Grants },
        };
        var command = new ToolDecisionCommand { Decided = decided };
        if (verdict.Effect == "needs_approval")
        {
            command.Deciders.Add(verdict.Deciders);
            command.Arguments = ToolCallKey.Shorten(request.Arguments);
        }

        try
        {
            var answer = await commands.SendAsync(new InboxCommand { RunId = credential.RunId, ToolDecision = command }, ct);
            if (answer.Code.Length > 0)
            {
                return new DecideToolCallResponse { Effect = PolicyEffect.Deny, Reason = answer.Message };
            }
        }
        catch (RunUnavailableException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }

        return new DecideToolCallResponse
        {
            Effect = verdict.Effect switch
            {
                "allow" => PolicyEffect.Allow,
                "needs_approval" => PolicyEffect.NeedsApproval,
                _ => PolicyEffect.Deny,
            },
            Reason = Text(verdict),
            Grants = { verdict.Effect == "allow" ? verdict.Grants : [] },
            DecisionId = verdict.DecisionId,
        };
    }

    private PolicyInput Input(AttemptCredential credential, DecideToolCallRequest request, AttemptFacts attempt, AgentContract contract) => new()
    {
        Tool = request.Tool,
        Risk = contract.ToolDefinitions.FirstOrDefault(tool => tool.Name == request.Tool)?.Risk ?? "",
        Role = contract.Role,
        Agent = attempt.InstanceName,
        Tenant = attempt.Tenant,
        Principal = attempt.Principal,
        Playbook = attempt.Playbook,
        RunId = credential.RunId,
        TaskId = credential.TaskId,
        Attempt = credential.Attempt,
        Labels = attempt.Labels,
        Time = PolicyMoment.Of(time.GetUtcNow()),
        Facts = PolicyFacts.Of(request.Arguments),
    };

    private static string Text(PolicyVerdict verdict) => verdict.Rule.Length > 0 ? $"rule {verdict.Rule}: {verdict.Reason}" : verdict.Reason;

    private static string NotRunning(AttemptCredential credential) => $"Attempt {credential.Attempt} at '{credential.TaskId}' is not running.";
}
