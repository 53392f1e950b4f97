using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Orchestrator.Team;

/// <summary>How many of the master's attempts this process is busy with.</summary>
internal sealed class TeamLoad(IOptions<TeamOptions> options)
{
    private int _running;

    public int Running => Volatile.Read(ref _running);

    public int Capacity => options.Value.MaxParallel;

    /// <summary>Counts an attempt for as long as it is told of.</summary>
    /// <param name="work">Tells of it.</param>
    /// <param name="mayRefuse">Whether it is new, and refused where there are as many as may be.</param>
    public async Task CountAsync(Func<Task> work, bool mayRefuse = true)
    {
        var running = Interlocked.Increment(ref _running);
        try
        {
            if (mayRefuse && running > Capacity)
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"This instance works on {running - 1} attempts, and its limit is {Capacity}."));
            await work();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
