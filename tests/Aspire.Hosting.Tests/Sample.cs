namespace Aspire.Hosting.Tests;

/// <summary>The small programs under Samples, and how a test waits for them.</summary>
internal static class Sample
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Aspire.Hosting.Tests", "Samples");

    public static string Project(string name) => Path.Combine(Folder, name, $"{name}.csproj");

    public static string Program(string name) => Path.Combine(Folder, name, "bin", Repository.Configuration, "net10.0", name);

    public static IResourceBuilder<ProjectResource> AddHello(this IDistributedApplicationBuilder builder, string name = "hello") =>
        builder.AddProject(name, Project("Hello")).WithHttpEndpoint().WithHttpHealthCheck("/health");

    public static IResourceBuilder<ProjectResource> AddTalker(this IDistributedApplicationBuilder builder, string name = "talker") =>
        builder.AddProject(name, Project("Talker"));

    public static CancellationToken Soon() => new CancellationTokenSource(Patience).Token;

    public static int ProcessId(this ResourceEvent change) => (int)change.Snapshot.Properties.Single(p => p.Name == "executable.pid").Value!;
}
