using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Dispatch;
using Orchestrator.Limits;
using Orchestrator.Processing;

namespace Orchestrator.Api.Limits;

/// <summary>
/// How often a caller may call: a bucket of tokens for each tenant and name, at each replica, that gRPC, REST, the console
/// and calls of the hub take from. What is open to everybody takes from a bucket of the address that it is called from. What
/// agents call for their attempts is bounded by the attempts they are given.
/// </summary>
internal sealed class CallRates : IConfigureOptions<RateLimiterOptions>, IDisposable
{
    private const double DefaultPerSecond = 500;
    private static readonly string[] s_agents = ["/agents.v1.RegistryService", "/agents.v1.ContextService", "/agents.v1.PolicyService"];
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly LimitOptions _options;
    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public CallRates(IOptions<LimitOptions> options)
    {
        _options = options.Value;
        _limiter = PartitionedRateLimiter.Create<HttpContext, (string Tenant, string Name)>(Partition);
    }

    public void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = _limiter;
        options.OnRejected = (rejected, _) => new ValueTask(Refusals.WriteAsync(rejected.HttpContext, Refused(rejected.HttpContext, rejected.Lease)));
    }

    /// <summary>Takes one token for a call that is not a request of its own.</summary>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED, <c>RATE_LIMITED</c>.</exception>
    public void Take(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            throw Refused(context, lease);
        }
    }

    public void Dispose() => _limiter.Dispose();

    private RequestRefusedException Refused(HttpContext context, RateLimitLease lease)
    {
        var caller = context.User.Identity is CallerIdentity identity ? $"'{identity.Caller.Name}' of tenant '{identity.Caller.Tenant}'" : $"Address {Address(context)}";
        return new RequestRefusedException(
            StatusCode.ResourceExhausted, "RATE_LIMITED",
            $"{caller} calls more often than {_options.CallsPerSecond ?? DefaultPerSecond} times a second (Limits:CallsPerSecond, at most {_options.CallBurst} at once by Limits:CallBurst): try again later.")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1),
        };
    }

    private RateLimitPartition<(string Tenant, string Name)> Partition(HttpContext context)
    {
        // Such a call is refused as unauthenticated when it has no valid credential.
        var isAgents = s_agents.Any(service => context.Request.Path.StartsWithSegments(service, StringComparison.Ordinal))
            || (context.Request.Path.StartsWithSegments("/agents.v1.ArtifactService", StringComparison.Ordinal) && context.Request.Headers.ContainsKey(AttemptCredentials.MetadataKey));
        if (isAgents)
        {
            return RateLimitPartition.GetNoLimiter(("", ""));
        }

        var caller = (context.User.Identity as CallerIdentity)?.Caller;
        var perSecond = _options.CallsPerSecond ?? (caller is not null && LocalCaller.Is(caller) ? 0 : DefaultPerSecond);
        return perSecond == 0
            ? RateLimitPartition.GetNoLimiter(("", ""))
            : RateLimitPartition.GetTokenBucketLimiter(caller is null ? ("", Address(context)) : (caller.Tenant, caller.Name), _ => Bucket(perSecond, _options.CallBurst));
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    // Tokens are whole: what is less than one a tenth of a second comes in longer periods.
    private static TokenBucketRateLimiterOptions Bucket(double perSecond, int burst)
    {
        var tokens = Math.Max(1, (int)Math.Round(perSecond * Period.TotalSeconds));
        return new TokenBucketRateLimiterOptions { TokenLimit = burst, TokensPerPeriod = tokens, ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / perSecond), QueueLimit = 0 };
    }
}
