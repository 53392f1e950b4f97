using System.Reflection;

namespace Agents.Testing.Tests;

internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Debug or Release, as these tests are.</summary>
    public static string Configuration { get; } = typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Directory.Packages.props")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
