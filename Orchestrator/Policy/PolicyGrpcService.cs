using Grpc.Core;
using Orchestrator.Dispatch;
using Protos.V1;

namespace Orchestrator.Policy;

/// <summary>Decides tool calls: an attempt may use the tools that its agent's contract names, and no others.</summary>
internal sealed class PolicyGrpcService(AttemptCredentials credentials, AttemptDirectory attempts) : PolicyService.PolicyServiceBase
{
    public override async Task<DecideToolCallResponse> DecideToolCall(DecideToolCallRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        if (request.Tool.Length is 0 or > 100)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "tool: 1 to 100 characters are wanted."));
        }

        if (await attempts.ContractOfAsync(credential, context.CancellationToken) is not { } contract)
        {
            return Decided(PolicyEffect.Deny, $"Attempt {credential.Attempt} at '{credential.TaskId}' is not running.");
        }

        return contract.Tools.Contains(request.Tool)
            ? Decided(PolicyEffect.Allow, $"contract: '{request.Tool}' is a tool of the role '{contract.Role}'.")
            : Decided(PolicyEffect.Deny, $"contract: the role '{contract.Role}' has the tools [{string.Join(", ", contract.Tools)}], not '{request.Tool}'.");
    }

    private static DecideToolCallResponse Decided(PolicyEffect effect, string reason) => new() { Effect = effect, Reason = reason };
}
