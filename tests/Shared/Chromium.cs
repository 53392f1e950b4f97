using Microsoft.Playwright;

namespace Tests.Shared;

internal static class Chromium
{
    /// <summary>The browser that is installed, without a window.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = FindBrowser(),
        Headless = true,
        // There is no other user here, and containers forbid the sandbox's namespaces.
        Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"],
        Timeout = 120_000,
    });

    private static string FindBrowser() =>
        new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no Chromium; tests/install-needs.sh installs it.");
}
