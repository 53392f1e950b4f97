using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Limits;

/// <summary>The streams that callers have open at this replica: watches, server-sent events, subscriptions of the hub.</summary>
internal sealed class CallerStreams(IOptions<LimitOptions> options)
{
    private const int DefaultMost = 1000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Tenant, string Name), int> _open = [];

    /// <summary>Counts a stream until it is disposed of; null: the caller has no limit.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>TOO_MANY_STREAMS</c>.</exception>
    public IDisposable? Open(Principal caller)
    {
        var most = options.Value.StreamsPerCaller ?? (LocalCaller.Is(caller) ? 0 : DefaultMost);
        return most == 0 ? null : Counted.Take(_gate, _open, (caller.Tenant, caller.Name), most) ?? throw new RequestRefusedException(
            StatusCode.ResourceExhausted, "TOO_MANY_STREAMS",
            $"'{caller.Name}' of tenant '{caller.Tenant}' has {most} streams open, and Limits:StreamsPerCaller is {most}: end one first.")
        { RetryAfter = TimeSpan.FromSeconds(1) };
    }
}
