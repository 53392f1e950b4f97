using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;

namespace Deploy.Tests.Processes;

/// <summary>Waits for what holds at last, however slow the machine.</summary>
internal static class Waiting
{
    // What no other replica and no other time would answer otherwise.
    private static readonly StatusCode[] s_final =
        [StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.FailedPrecondition, StatusCode.PermissionDenied, StatusCode.Unauthenticated, StatusCode.Unimplemented];

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
            catch (Exception error) when (error is HttpRequestException or SocketException || (error is RpcException call && !s_final.Contains(call.StatusCode)))
            {
                return false;
            }
        }
    }
}
