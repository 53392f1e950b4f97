using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Limits;
using Orchestrator.Processing;

namespace Orchestrator.Api.Limits;

/// <summary>
/// How often one address may show a credential that is refused. Who is over it is answered before the credential is looked
/// up; credentials that have worked are let through, so that one neighbour behind the same address does not lock out the others.
/// </summary>
internal sealed class FailureLimit : IDisposable
{
    private const int MaxRemembered = 10_000;
    private readonly int _perMinute;
    private readonly PartitionedRateLimiter<IPAddress> _failures;
    private readonly ConcurrentDictionary<UInt128, bool> _good = [];

    public FailureLimit(IOptions<LimitOptions> options)
    {
        _perMinute = options.Value.FailuresPerMinute;
        _failures = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => _perMinute == 0
            ? RateLimitPartition.GetNoLimiter(address)
            : RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = _perMinute,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / _perMinute,
            }));
    }

    /// <summary>Lets a request with a credential through, refuses it, or counts what becomes of it. Comes before authentication.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_perMinute == 0 || CredentialOf(context.Request) is not { } credential)
        {
            await next(context);
            return;
        }

        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var known = _good.ContainsKey(credential);
        using (var room = _failures.AttemptAcquire(address, 0))
        {
            if (!room.IsAcquired && !known)
            {
                await Refusals.WriteAsync(context, new RequestRefusedException(
                    StatusCode.ResourceExhausted, "TOO_MANY_FAILURES",
                    $"Address {address} has shown wrong credentials {_perMinute} times in a minute (Limits:FailuresPerMinute): try again later.")
                { RetryAfter = TimeSpan.FromMinutes(1) / _perMinute });
                return;
            }
        }

        await next(context);
        if (IsUnauthenticated(context.Response))
        {
            _good.TryRemove(credential, out _);
            _failures.AttemptAcquire(address).Dispose();
        }
        else if (!known)
        {
            if (_good.Count >= MaxRemembered)
            {
                _good.Clear();
            }

            _good[credential] = true;
        }
    }

    public void Dispose() => _failures.Dispose();

    // Its hash: no credential stays in memory. That of an attempt is not looked up anywhere, and so not guessed at anybody's cost.
    private static UInt128? CredentialOf(HttpRequest request)
    {
        var shown = request.Headers.Authorization is { Count: > 0 } key ? key.ToString()
            : request.Query["access_token"].ToString();
        if (shown.Length == 0)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(shown), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static bool IsUnauthenticated(HttpResponse response)
    {
        const string Unauthenticated = "16";
        return response.StatusCode == StatusCodes.Status401Unauthorized
            || response.Headers["grpc-status"].ToString() == Unauthenticated
            || (response.SupportsTrailers() && response.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>()?.Trailers["grpc-status"].ToString() == Unauthenticated);
    }
}
