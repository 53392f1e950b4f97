using System.Text.RegularExpressions;

namespace Compat.Tests.Feed;

/// <summary>
/// With the official packages a restore may fail for one reason only: that the feed at hand lacks a package or a version.
/// Downgrades, conflicts, missing central versions and broken project files are errors of ours.
/// </summary>
public sealed partial class FullFeedTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("compat-full-feed-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [InlineData("Protos/Protos.csproj")]
    [InlineData("Orchestrator/Orchestrator.csproj")]
    [InlineData("tests/Compat.Tests/Compat.Tests.csproj")]
    public async Task Restore_OfficialPackages_LacksNothingButPackages(string project)
    {
        var result = await RestoreAsync(project);

        var errors = Errors(result.Output + result.Errors);
        if (result.ExitCode == 0)
            errors.ShouldBeEmpty();
        else
            errors.ShouldNotBeEmpty(result.Output + result.Errors);
        errors.Where(error => !MissingPackage().IsMatch(error)).ShouldBeEmpty();
        var standIns = Directory.GetDirectories(Path.Combine(Repository.Root, "compat")).Select(Path.GetFileName);
        Directory.GetDirectories(Path.Combine(_scratch, "obj")).Select(Path.GetFileName).Intersect(standIns)
            .ShouldBeEmpty("nothing under compat/ takes part");
    }

    [Theory]
    [InlineData("a.csproj : error NU1101: Unable to find package A.", true)]
    [InlineData("a.csproj : error NU1102: Unable to find package A with version (>= 2.0.0)", true)]
    [InlineData("a.csproj : error NU1605: Warning As Error: Detected package downgrade: A from 2.0.0 to 1.0.0.", false)]
    [InlineData("a.csproj : error NU1010: The following PackageReference items do not define a corresponding PackageVersion item: A.", false)]
    [InlineData("a.csproj(3,5): error MSB4066: The attribute \"X\" is unrecognized.", false)]
    public void Errors_OfEachKind_AreToldApart(string line, bool missingPackage)
    {
        Errors("  Determining projects to restore...\n" + line + "\n  Failed to restore a.csproj (in 5 ms).\n").ShouldBe([line]);
        MissingPackage().IsMatch(line).ShouldBe(missingPackage);
    }

    private static List<string> Errors(string output) =>
        [.. output.Split('\n').Select(line => line.Trim()).Where(line => ErrorLine().IsMatch(line))];

    private async Task<ToolResult> RestoreAsync(string project)
    {
        return await Tool.RunAsync(
            "dotnet",
            [
                "restore", Path.Combine(Repository.Root, project), "--nologo", "-nodeReuse:false", "-p:FullFeed=true",
                "-p:ArtifactsPath=" + _scratch, "-tl:off",
            ],
            Repository.Root,
            Tool.OutsideThisBuild);
    }

    [GeneratedRegex(@"\berror\b.*:", RegexOptions.NonBacktracking)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@": error NU110[12]: ", RegexOptions.NonBacktracking)]
    private static partial Regex MissingPackage();
}
