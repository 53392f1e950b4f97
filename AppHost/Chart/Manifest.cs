using Aspire.Hosting.Kubernetes.Resources;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace AppHost.Chart;

/// <summary>An object of a kind that the publisher has no class for, or that has templates where the class wants numbers.</summary>
internal sealed class Manifest : BaseKubernetesResource, IYamlConvertible
{
    private readonly string? _condition;

    /// <summary>Describes an object.</summary>
    /// <param name="apiVersion">Group and version.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="condition">Where it does not hold, the object is not there; null is always.</param>
    public Manifest(string apiVersion, string kind, string name, string? condition = null)
        : base(apiVersion, kind)
    {
        _condition = condition;
        Metadata.Name = name;
    }

    /// <summary>Its fields beside version, kind and metadata.</summary>
    public Dictionary<string, object> Body { get; } = [];

    public void Read(IParser parser, Type expectedType, ObjectDeserializer nestedObjectDeserializer) => throw new NotSupportedException("It is only written.");

    public void Write(IEmitter emitter, ObjectSerializer nestedObjectSerializer) => Guard.Write(emitter, _condition, () =>
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (var (key, value) in (Dictionary<string, object>)new() { ["apiVersion"] = ApiVersion!, ["kind"] = Kind!, ["metadata"] = Metadata })
            Field(key, value);
        foreach (var (key, value) in Body)
            Field(key, value);
        emitter.Emit(new MappingEnd());

        void Field(string key, object value)
        {
            emitter.Emit(new Scalar(key));
            nestedObjectSerializer(value, value.GetType());
        }
    });
}
