using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>Something that happens in the life of the application.</summary>
public interface IDistributedApplicationEvent;

/// <summary>Something that happens in the life of a resource.</summary>
public interface IDistributedApplicationResourceEvent : IDistributedApplicationEvent
{
    /// <summary>The resource.</summary>
    IResource Resource { get; }
}

/// <summary>Tells what happens to who wants to know.</summary>
public interface IDistributedApplicationEventing
{
    /// <summary>Listens to a kind of event.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="callback">What to do; the application waits for it.</param>
    /// <returns>The subscription.</returns>
    DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent;

    /// <summary>Listens to a kind of event of one resource.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="callback">What to do; the resource waits for it.</param>
    /// <returns>The subscription.</returns>
    DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent;

    /// <summary>Stops listening.</summary>
    /// <param name="subscription">The subscription.</param>
    void Unsubscribe(DistributedApplicationEventSubscription subscription);

    /// <summary>Tells of an event, one listener after the other.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="event">The event.</param>
    /// <param name="cancellationToken">Stops telling.</param>
    /// <returns>A task that ends when all were told.</returns>
    Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent;
}

/// <summary>What somebody listens to.</summary>
/// <param name="callback">What is called.</param>
public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    /// <summary>What is called.</summary>
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; } = callback;
}

/// <inheritdoc />
public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _gate = new();
    private readonly List<(Type Kind, DistributedApplicationEventSubscription Subscription)> _subscriptions = [];

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent
    {
        var subscription = new DistributedApplicationEventSubscription((e, token) => callback((T)e, token));
        lock (_gate)
            _subscriptions.Add((typeof(T), subscription));
        return subscription;
    }

    /// <inheritdoc />
    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent =>
        Subscribe<T>((e, token) => ReferenceEquals(e.Resource, resource) ? callback(e, token) : Task.CompletedTask);

    /// <inheritdoc />
    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
            _subscriptions.RemoveAll(s => ReferenceEquals(s.Subscription, subscription));
    }

    /// <inheritdoc />
    public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        DistributedApplicationEventSubscription[] told;
        lock (_gate)
            told = [.. _subscriptions.Where(s => s.Kind == typeof(T)).Select(s => s.Subscription)];
        foreach (var subscription in told)
            await subscription.Callback(@event, cancellationToken);
    }
}
