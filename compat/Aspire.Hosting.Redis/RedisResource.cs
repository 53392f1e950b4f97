namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis server in a container.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal const string EndpointName = "tcp";

    /// <summary>Describes a server without a password.</summary>
    /// <param name="name">The unique name.</param>
    public RedisResource(string name)
        : base(name) => PrimaryEndpoint = new EndpointReference(this, EndpointName);

    /// <summary>Where it listens.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

    /// <summary>Gets the connection string.</summary>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>Host and port.</returns>
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => ConnectionStringExpression.GetValueAsync(cancellationToken);
}
