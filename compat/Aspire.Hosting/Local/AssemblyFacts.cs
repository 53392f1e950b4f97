using System.Reflection;

namespace Aspire.Hosting.Local;

/// <summary>What the build wrote into the app host's assembly.</summary>
internal static class AssemblyFacts
{
    /// <summary>The folder of the app host's project.</summary>
    public const string AppHostDirectory = "apphostprojectpath";

    /// <summary>Followed by a project's path: its built output.</summary>
    public const string ProjectOutput = "projectoutput:";

    public static string? Read(Assembly? assembly, string key) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.Ordinal))?.Value;
}
