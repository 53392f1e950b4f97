namespace AppHost;

/// <summary>Writes the application down for a cluster.</summary>
internal static class Publication
{
    /// <summary>Writes it, and says on standard error what stands against it.</summary>
    /// <param name="app">The application, described for publishing.</param>
    /// <returns>The exit code: 0 written, 1 not.</returns>
    public static async Task<int> WriteAsync(DistributedApplication app)
    {
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (Exception error) when (error is DistributedApplicationException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return 1;
        }
    }
}
