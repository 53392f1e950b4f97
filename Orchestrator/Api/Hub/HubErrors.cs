using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Orchestrator.Api.Rest;

namespace Orchestrator.Api.Hub;

/// <summary>The one funnel for errors of the hub: <c>CODE: what is wrong</c>, as REST says it.</summary>
internal static class HubErrors
{
    /// <summary>A call's outcome.</summary>
    public static async Task<T> Told<T>(ILogger logger, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Of(logger, e);
        }
    }

    /// <summary>What a stream yields.</summary>
    public static async IAsyncEnumerable<T> Told<T>(ILogger logger, IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var source = stream.GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await source.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                throw Of(logger, e);
            }

            yield return source.Current;
        }
    }

    /// <summary>A failure as clients of the hub are told it.</summary>
    public static HubException Of(ILogger logger, Exception e)
    {
        if (Problem.Of(e) is { } problem)
        {
            return new HubException($"{problem.Code}: {problem.Detail}");
        }

        HubLog.Failed(logger, e);
        return new HubException("INTERNAL: The request failed for a reason that lies with us; it is in the log.");
    }
}
