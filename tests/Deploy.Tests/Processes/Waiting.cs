using System.Diagnostics;

namespace Deploy.Tests.Processes;

/// <summary>Waits for what holds at last, however slow the machine.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await HoldsAsync())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {what()}");
            await tick.WaitForNextTickAsync();
        }

        async Task<bool> HoldsAsync()
        {
            try
            {
                return await holds();
            }
            catch (Exception error) when (error is HttpRequestException or Grpc.Core.RpcException { StatusCode: Grpc.Core.StatusCode.Unavailable or Grpc.Core.StatusCode.Cancelled or Grpc.Core.StatusCode.Internal })
            {
                return false;
            }
        }
    }
}
