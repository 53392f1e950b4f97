namespace Compat.Tests.Tools;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder above the tests that has the central package versions.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent ?? throw new InvalidOperationException("No Directory.Packages.props above the tests.");
        return folder.FullName;
    }
}
