namespace Agents.Hosting.Tests.Fakes;

internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition, string what, int seconds = 20)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!condition())
        {
            limit.IsCancellationRequested.ShouldBeFalse($"waited {seconds} s: {what}");
            await Task.Delay(10);
        }
    }
}
