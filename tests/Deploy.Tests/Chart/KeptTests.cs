using Deploy.Tests.Tools;

namespace Deploy.Tests.Chart;

/// <summary>What is kept in deploy/ is what the application host writes, and what helm makes of it.</summary>
public sealed class KeptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deploy-").FullName;

    [Fact]
    public async Task Publish_OfficialFormAndShortForm_WriteTheChartThatIsKept()
    {
        var official = await PublishAsync("official", "--operation", "publish", "--step", "publish", "--output-path");
        var shorter = await PublishAsync("short", "publish", "--output-path");

        shorter.ShouldBe(official);
        KeptFiles.ShouldBe(Programs.Chart, official, "manifests", ".helmignore", "alerts.yaml");
    }

    [Fact]
    public async Task Template_OfTheKeptChart_GivesTheManifestsThatAreKept()
    {
        // The chart is what it is made of.
        if (KeptFiles.AreReplaced)
            await Publish_OfficialFormAndShortForm_WriteTheChartThatIsKept();
        var rendered = await Rendered.FromKeptChartAsync();

        var manifests = Path.Combine(Programs.Chart, "manifests");
        Directory.CreateDirectory(manifests);
        KeptFiles.ShouldBe(manifests, rendered.Files);
    }

    [Theory]
    [InlineData("deploy", "The step 'deploy' is not part of this local app host, only 'publish' is")]
    public async Task Publish_OtherStep_SaysThatItNeedsTheOfficialPackages(string step, string message)
    {
        var result = await Programs.RunAsync(Repository.Built("AppHost", "AppHost"), "--operation", "publish", "--step", step, "--output-path", _folder);

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain(message);
        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<SortedDictionary<string, string>> PublishAsync(string name, params string[] arguments)
    {
        var folder = Path.Combine(_folder, name);
        var result = await Programs.RunAsync(Repository.Built("AppHost", "AppHost"), [.. arguments, folder]);
        result.ExitCode.ShouldBe(0, result.Errors + result.Output);
        return new(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllText), StringComparer.Ordinal);
    }
}
