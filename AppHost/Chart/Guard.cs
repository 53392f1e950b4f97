using Aspire.Hosting.Kubernetes.Resources;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace AppHost.Chart;

/// <summary>
/// Leaves parts of a template out where a condition does not hold. Helm's conditions stand in comments: they are no YAML, and
/// Helm reads comments like all else.
/// </summary>
internal static class Guard
{
    public static void Begin(IEmitter emitter, string condition) => emitter.Emit(new Comment($"{{{{- if {condition} }}}}", isInline: false));

    public static void End(IEmitter emitter) => emitter.Emit(new Comment("{{- end }}", isInline: false));

    public static void Write(IEmitter emitter, string? condition, Action write)
    {
        if (condition is not null)
            Begin(emitter, condition);
        write();
        if (condition is not null)
            End(emitter);
    }
}

/// <summary>An object of the cluster that is there only where a condition holds.</summary>
internal sealed class Guarded : BaseKubernetesResource, IYamlConvertible
{
    private readonly BaseKubernetesResource _inner;
    private readonly string _condition;

    public Guarded(BaseKubernetesResource inner, string condition)
        : base(inner.ApiVersion!, inner.Kind!) => (_inner, _condition, Metadata) = (inner, condition, inner.Metadata);

    public void Read(IParser parser, Type expectedType, ObjectDeserializer nestedObjectDeserializer) => throw new NotSupportedException("It is only written.");

    public void Write(IEmitter emitter, ObjectSerializer nestedObjectSerializer) =>
        Guard.Write(emitter, _condition, () => nestedObjectSerializer(_inner, _inner.GetType()));
}

/// <summary>A workload that is there only where a condition holds.</summary>
internal sealed class GuardedWorkload : Workload, IYamlConvertible
{
    private readonly Workload _inner;
    private readonly string _condition;

    public GuardedWorkload(Workload inner, string condition)
        : base(inner.ApiVersion!, inner.Kind!) => (_inner, _condition, Metadata) = (inner, condition, inner.Metadata);

    [YamlIgnore]
    public override PodTemplateSpecV1 PodTemplate => _inner.PodTemplate;

    public void Read(IParser parser, Type expectedType, ObjectDeserializer nestedObjectDeserializer) => throw new NotSupportedException("It is only written.");

    public void Write(IEmitter emitter, ObjectSerializer nestedObjectSerializer) =>
        Guard.Write(emitter, _condition, () => nestedObjectSerializer(_inner, _inner.GetType()));
}
