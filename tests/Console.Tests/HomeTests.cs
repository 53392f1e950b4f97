namespace Console.Tests;

[Collection(ConsoleTests.Name)]
public sealed class HomeTests(ConsoleFixture console)
{
    [Fact]
    public async Task Home_Opened_ShowsTheSystem()
    {
        await using var page = await console.OpenAsync("/");

        await page.SeesAsync("h1:has-text('Home')");
        await page.PictureAsync("home");
        await page.ShouldBeAccessibleAsync();
        page.ShouldBeQuiet();
    }
}
