namespace Deploy.Tests.Chart;

/// <summary>Generated files that are kept in the repository: compared with what is generated now, or, where AGENTS_UPDATE_DEPLOY is 1, replaced by it.</summary>
internal static class KeptFiles
{
    public const string How = "run: AGENTS_UPDATE_DEPLOY=1 dotnet test tests/Deploy.Tests --filter KeptTests";

    public static bool AreReplaced { get; } = Environment.GetEnvironmentVariable("AGENTS_UPDATE_DEPLOY") == "1";

    public static void ShouldBe(string folder, IReadOnlyDictionary<string, string> generated, params string[] others)
    {
        var kept = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path))
            .Where(path => !others.Any(other => path == other || path.StartsWith(other + "/", StringComparison.Ordinal)))
            .ToList();
        if (AreReplaced)
        {
            foreach (var path in kept.Except(generated.Keys))
                File.Delete(Path.Combine(folder, path));
            foreach (var (path, text) in generated)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
                File.WriteAllText(Path.Combine(folder, path), text);
            }

            return;
        }

        kept.ShouldBe(generated.Keys, ignoreOrder: true, $"files of {folder} are stale; {How}");
        foreach (var (path, text) in generated)
            File.ReadAllText(Path.Combine(folder, path)).ShouldBe(text, $"{path} is stale; {How}");
    }
}
