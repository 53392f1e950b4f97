using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a resource listens.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private string? _transport;

    /// <summary>Declares an endpoint.</summary>
    /// <param name="protocol">The network protocol.</param>
    /// <param name="uriScheme">The scheme; null is the protocol's name.</param>
    /// <param name="transport">http, http2 or tcp; null follows from the scheme.</param>
    /// <param name="name">The name within the resource; null is the scheme.</param>
    /// <param name="port">The port that others use; null is a free one.</param>
    /// <param name="targetPort">The port on which the process listens; null is <paramref name="port"/>.</param>
    /// <param name="isExternal">Whether it is for clients outside the application; null is false.</param>
    /// <param name="isProxied">Kept for the official host; here every process listens by itself.</param>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        _transport = transport;
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    /// <summary>The network protocol.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port that others use; null is a free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port on which the process listens; null is <see cref="Port"/>.</summary>
    public int? TargetPort { get; set; }

    /// <summary>The scheme of its URL.</summary>
    public string UriScheme { get; set; }

    /// <summary>The host on which the process listens.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>http, http2 or tcp.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : "tcp");
        set => _transport = value;
    }

    /// <summary>The name within the resource.</summary>
    public string Name { get; set; }

    /// <summary>Whether it is for clients outside the application.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Kept for the official host; here every process listens by itself.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Where it is, once that is decided; null before.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    /// <summary>The ports of all replicas, the first one's included.</summary>
    internal List<int> ReplicaPorts { get; } = [];
}

/// <summary>Where an endpoint is.</summary>
public class AllocatedEndpoint
{
    /// <summary>Records the place.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">The host name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="targetPortExpression">An expression for the port on which the process listens; null when it is the same.</param>
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
    {
        Endpoint = endpoint;
        Address = address;
        Port = port;
        TargetPortExpression = targetPortExpression;
    }

    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; }

    /// <summary>The host name or address.</summary>
    public string Address { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>An expression for the port on which the process listens; null when it is the same.</summary>
    public string? TargetPortExpression { get; }

    /// <summary>The URL's scheme.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>Host and port.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>The URL.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
