using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Listens to what happens to one resource.</summary>
public static class DistributedApplicationEventingExtensions
{
    /// <summary>Listens to the resource being about to start.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="callback">What to do; the resource waits for it.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> OnBeforeResourceStarted<T>(this IResourceBuilder<T> builder, Func<T, BeforeResourceStartedEvent, CancellationToken, Task> callback)
        where T : IResource
    {
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeResourceStartedEvent>(builder.Resource, (e, token) => callback(builder.Resource, e, token));
        return builder;
    }

    /// <summary>Listens to the resource being healthy for the first time.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="callback">What to do.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> OnResourceReady<T>(this IResourceBuilder<T> builder, Func<T, ResourceReadyEvent, CancellationToken, Task> callback)
        where T : IResource
    {
        builder.ApplicationBuilder.Eventing.Subscribe<ResourceReadyEvent>(builder.Resource, (e, token) => callback(builder.Resource, e, token));
        return builder;
    }

    /// <summary>Listens to running copies ending.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="callback">What to do.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<T> OnResourceStopped<T>(this IResourceBuilder<T> builder, Func<T, ResourceStoppedEvent, CancellationToken, Task> callback)
        where T : IResource
    {
        builder.ApplicationBuilder.Eventing.Subscribe<ResourceStoppedEvent>(builder.Resource, (e, token) => callback(builder.Resource, e, token));
        return builder;
    }
}
