using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects. They are built with the app host and run from their output.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the app host refers to.</summary>
    /// <typeparam name="TProject">Its generated class.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <returns>The project's builder.</returns>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddResource(new ProjectResource(name)).WithAnnotation(new TProject());

    /// <summary>Adds a project by its path.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="projectPath">The project file; relative to the app host's folder.</param>
    /// <returns>The project's builder.</returns>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        builder.AddResource(new ProjectResource(name)).WithAnnotation(new ProjectAtPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)));

    /// <summary>Runs several copies, each with ports of its own; a fixed port is the first copy's.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="replicas">The number of copies; 0 starts none.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private sealed class ProjectAtPath(string path) : IProjectMetadata
    {
        public string ProjectPath => path;
    }
}

/// <summary>Adds programs.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a program.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="command">A path, or a name on PATH.</param>
    /// <param name="workingDirectory">The folder it runs in; relative to the app host's folder.</param>
    /// <param name="args">Its arguments; null is none.</param>
    /// <returns>The program's builder.</returns>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        var executable = new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory));
        return builder.AddResource(executable).WithArgs(args ?? []);
    }
}
