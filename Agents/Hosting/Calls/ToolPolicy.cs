using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Calls;

/// <summary>May this attempt use this tool? When nobody can say, it may not.</summary>
internal static class ToolPolicy
{
    private const int ShownCharacters = 500;

    public static async Task<ToolGrant> DemandAsync(
        IOrchestratorCalls calls, AttemptCredential credential, IReadOnlyCollection<string> declared, string tool, Struct arguments, CancellationToken cancellationToken)
    {
        if (!declared.Contains(tool))
            throw Denied(tool, $"the agent does not declare it; it declares {(declared.Count == 0 ? "no tools" : string.Join(", ", declared))}", retryable: false);

        DecideToolCallResponse decision;
        try
        {
            // A person has to agree: the orchestrator answers when one has, or says again that it waits.
            do
            {
                decision = await calls.DecideToolCallAsync(credential, new DecideToolCallRequest { Tool = tool, Arguments = arguments }, cancellationToken);
            }
            while (decision.Effect == PolicyEffect.NeedsApproval);
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Denied(tool, $"policy could not be asked: {exception.Status.Detail}", retryable: exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded);
        }

        if (decision.Effect != PolicyEffect.Allow)
            throw Denied(tool, decision.Reason.Length > 0 ? decision.Reason : "policy gives no reason", retryable: false);
        return new ToolGrant(decision.Grants, decision.Reason);
    }

    /// <summary>The arguments as the audit keeps them: long texts cut.</summary>
    public static Struct Shorten(Struct arguments)
    {
        var result = new Struct();
        foreach (var (name, value) in arguments.Fields)
            result.Fields[name] = value.KindCase == Value.KindOneofCase.StringValue ? Value.ForString(Shorten(value.StringValue)) : value;
        return result;
    }

    public static string Shorten(string text) => text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…");

    private static TaskFailedException Denied(string tool, string reason, bool retryable) =>
        new(FailureCodes.ToolDenied, $"Tool {tool} is denied: {reason}.", retryable, new { tool, reason });
}
