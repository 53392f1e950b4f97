using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Console.Tests;

/// <summary>A page of the console in a window of its own. Whatever the browser complains about is kept, and fails the test.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    // For a machine that is ten times slower than a quiet one.
    private const float Patience = 90_000;
    private static readonly Lazy<string> s_axe = new(() => File.ReadAllText(Path.Combine(Repository.Root, "tests/npm/node_modules/axe-core/axe.min.js")));
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly IBrowserContext _context;

    private WatchedPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !IsExpected(message.Text))
            {
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"exception: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && !IsExpected($"{response.Status}"))
            {
                _complaints.Enqueue($"HTTP {response.Status}: {response.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Parts of complaints that the test brings about itself, e.g. by stopping the server.</summary>
    public List<string> Expected { get; } = [];

    public static async Task<WatchedPage> OpenAsync(IBrowser browser, string url, int width, int height, ColorScheme colors)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = colors });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        var page = new WatchedPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(url, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return page;
    }

    /// <summary>Waits until something is seen.</summary>
    public Task SeesAsync(string selector) => Page.Locator(selector).First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Visible, Timeout = Patience });

    /// <summary>Waits until so many are there.</summary>
    public Task CountAsync(string selector, int count) => Assertions.Expect(Page.Locator(selector)).ToHaveCountAsync(count, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });

    /// <summary>Notes that the page is this one, so that <see cref="IsTheSamePageAsync"/> tells whether it was loaded again.</summary>
    public Task MarkAsync() => Page.EvaluateAsync("() => { window.marked = true; }");

    /// <summary>Whether the page was not loaded again since <see cref="MarkAsync"/>.</summary>
    public Task<bool> IsTheSamePageAsync() => Page.EvaluateAsync<bool>("() => window.marked === true");

    /// <summary>Clicks and waits until the next page is there.</summary>
    public async Task FollowAsync(string selector)
    {
        await MarkAsync();
        await Page.Locator(selector).First.ClickAsync();
        await Page.WaitForFunctionAsync("() => window.marked !== true && document.readyState === 'complete'", null, new PageWaitForFunctionOptions { Timeout = Patience });
    }

    /// <summary>Fails when the browser complained: errors and warnings of the console, exceptions, violations of the policy, answers that are errors.</summary>
    public void ShouldBeQuiet() => _complaints.ShouldBeEmpty();

    /// <summary>Fails when axe finds something serious, or the page is wider than the window.</summary>
    public async Task ShouldBeAccessibleAsync()
    {
        await Page.EvaluateAsync(s_axe.Value);
        var found = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document)).violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join(' | '))");
        found.EnumerateArray().Select(violation => violation.GetString()).ShouldBeEmpty();
        var (page, window) = (await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("() => window.innerWidth"));
        page.ShouldBeLessThanOrEqualTo(window, "the page scrolls sideways");
    }

    /// <summary>Keeps a picture of the page, for people to look at, in an ignored folder.</summary>
    public Task PictureAsync(string name, bool whole = true) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Repository.Root, "tests/Console.Tests/TestResults/pages", $"{name}.png"),
        FullPage = whole,
        Animations = ScreenshotAnimations.Disabled,
    });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private bool IsExpected(string text)
    {
        lock (Expected)
        {
            return Expected.Any(part => text.Contains(part, StringComparison.Ordinal));
        }
    }
}
