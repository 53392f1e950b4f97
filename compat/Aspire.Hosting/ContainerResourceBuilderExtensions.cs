using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds containers. They need an engine (docker or podman) that answers.</summary>
public static class ContainerResourceBuilderExtensions
{
    /// <summary>Adds a container.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="image">The image.</param>
    /// <param name="tag">Its tag.</param>
    /// <returns>The container's builder.</returns>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        builder.AddResource(new ContainerResource(name)).WithAnnotation(new ContainerImageAnnotation { Image = image, Tag = tag });

    /// <summary>Gives the container a volume.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="name">The volume; null is one of its own.</param>
    /// <param name="target">The path in the container.</param>
    /// <param name="isReadOnly">Whether it may only read it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource => builder.WithAnnotation(new ContainerMountAnnotation(name, target, ContainerMountType.Volume, isReadOnly));

    /// <summary>Gives the container a folder of the host.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="source">The folder; relative to the app host's folder.</param>
    /// <param name="target">The path in the container.</param>
    /// <param name="isReadOnly">Whether it may only read it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource => builder.WithAnnotation(new ContainerMountAnnotation(
            Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, ContainerMountType.BindMount, isReadOnly));
}
