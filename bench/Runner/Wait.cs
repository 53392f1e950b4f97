namespace Bench.Runner;

internal static class Wait
{
    /// <summary>Waits until something answers, a minute at most.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, Child process)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or HttpRequestException or IOException)
            {
                // Not yet.
            }

            if (process.HasExited)
            {
                throw new InvalidOperationException($"{what} ended at its start; its log says why.");
            }

            await Task.Delay(50, late.Token);
        }
    }
}
