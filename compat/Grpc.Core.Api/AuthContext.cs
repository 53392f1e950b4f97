using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Who the peer is, as its transport authenticated it.</summary>
public class AuthContext(string? peerIdentityPropertyName, Dictionary<string, List<AuthProperty>> properties)
{
    private readonly Dictionary<string, List<AuthProperty>> _properties =
        GrpcPreconditions.CheckNotNull(properties, nameof(properties));

    public bool IsPeerAuthenticated => PeerIdentityPropertyName is not null;

    /// <summary>Null when the peer is not authenticated.</summary>
    public string? PeerIdentityPropertyName { get; } = peerIdentityPropertyName;

    public IEnumerable<AuthProperty> PeerIdentity =>
        PeerIdentityPropertyName is null ? [] : FindPropertiesByName(PeerIdentityPropertyName);

    public IEnumerable<AuthProperty> Properties => _properties.Values.SelectMany(properties => properties);

    public IEnumerable<AuthProperty> FindPropertiesByName(string propertyName) =>
        _properties.TryGetValue(propertyName, out var found) ? found : [];
}

/// <summary>One property of an authenticated peer.</summary>
public class AuthProperty
{
    private readonly byte[] _value;

    private AuthProperty(string name, byte[] value)
    {
        Name = GrpcPreconditions.CheckNotNull(name, nameof(name));
        _value = GrpcPreconditions.CheckNotNull(value, nameof(value));
    }

    public string Name { get; }

    /// <summary>The bytes as UTF-8.</summary>
    public string Value => Encoding.UTF8.GetString(_value);

    public byte[] ValueBytes => (byte[])_value.Clone();

    public static AuthProperty Create(string name, byte[] valueBytes) =>
        new(name, (byte[])GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)).Clone());
}
