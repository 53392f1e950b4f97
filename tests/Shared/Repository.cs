using System.Reflection;

namespace Tests.Shared;

/// <summary>The sources that these tests were built from, and what was built from them.</summary>
internal static class Repository
{
    /// <summary>The folder above the tests that has the central package versions.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as these tests are.</summary>
    public static string Configuration { get; } = typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>A built file of a project.</summary>
    public static string Built(string project, string file) => Path.Combine(Root, project, "bin", Configuration, "net10.0", file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent ?? throw new InvalidOperationException("No Directory.Packages.props above the tests.");
        return folder.FullName;
    }
}
