namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project; it runs from its built output.</summary>
/// <param name="name">The unique name.</param>
public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IComputeResource;

/// <summary>Reads what is known of a project.</summary>
public static class ProjectResourceExtensions
{
    /// <summary>The project's metadata.</summary>
    /// <param name="projectResource">The project.</param>
    /// <returns>The metadata.</returns>
    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) =>
        projectResource.Annotations.OfType<IProjectMetadata>().LastOrDefault()
        ?? throw new InvalidOperationException($"The project resource '{projectResource.Name}' has no project metadata.");

    /// <summary>The projects of an application.</summary>
    /// <param name="model">The application.</param>
    /// <returns>Its projects.</returns>
    public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model) =>
        model.Resources.OfType<ProjectResource>();
}

/// <summary>A program.</summary>
public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>Describes a program.</summary>
    /// <param name="name">The unique name.</param>
    /// <param name="command">A path, or a name on PATH.</param>
    /// <param name="workingDirectory">The folder it runs in.</param>
    public ExecutableResource(string name, string command, string workingDirectory)
        : base(name)
    {
        Command = command;
        WorkingDirectory = workingDirectory;
    }

    /// <summary>The program: a path, or a name on PATH.</summary>
    public string Command { get; }

    /// <summary>The folder it runs in.</summary>
    public string WorkingDirectory { get; }
}

/// <summary>A container, where an engine answers.</summary>
/// <param name="name">The unique name.</param>
/// <param name="entrypoint">The program in the container; null is the image's.</param>
public class ContainerResource(string name, string? entrypoint = null) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>The program in the container; null is the image's.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}

/// <summary>A value that the application's user supplies, by configuration key <c>Parameters:NAME</c>.</summary>
public class ParameterResource : Resource, IResourceWithoutLifetime, IManifestExpressionProvider, IValueProvider
{
    private readonly Func<ParameterDefault?, string> _callback;

    /// <summary>Describes a parameter.</summary>
    /// <param name="name">The unique name.</param>
    /// <param name="callback">Gives the value; it may use the default.</param>
    /// <param name="secret">Whether the value is kept out of logs.</param>
    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        _callback = callback;
        Secret = secret;
    }

    /// <summary>The default; null when there is none.</summary>
    public ParameterDefault? Default { get; set; }

    /// <summary>Whether the value is kept out of logs.</summary>
    public bool Secret { get; }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <summary>Gets the value.</summary>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>The value. Throws <see cref="MissingParameterValueException"/> when nobody gave one.</returns>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(_callback(Default));
}

/// <summary>What a parameter is when nobody gives a value.</summary>
public abstract class ParameterDefault
{
    /// <summary>Gets the value.</summary>
    /// <returns>The value.</returns>
    public abstract string GetDefaultValue();
}
