using Aspire.Hosting.Kubernetes.Resources;
using Aspire.Hosting.Kubernetes.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;

namespace AppHost.Chart;

/// <summary>A workload of which one container is there only where a condition holds.</summary>
internal sealed class OptionalSidecar : Workload, IYamlConvertible
{
    // As the publisher writes: text in double quotes, nothing that is empty.
    private static readonly ISerializer s_serializer = new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithTypeConverter(new IntOrStringYamlConverter())
        .WithEventEmitter(next => new Quotes(next))
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull | DefaultValuesHandling.OmitEmptyCollections)
        .DisableAliases()
        .Build();

    private readonly Workload _inner;
    private readonly string _container;
    private readonly string _condition;

    /// <summary>Wraps a workload.</summary>
    /// <param name="inner">The workload, with the container.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="condition">Where it does not hold, the container is not there.</param>
    public OptionalSidecar(Workload inner, string container, string condition)
        : base(inner.ApiVersion!, inner.Kind!) => (_inner, _container, _condition, Metadata) = (inner, container, condition, inner.Metadata);

    [YamlIgnore]
    public override PodTemplateSpecV1 PodTemplate => _inner.PodTemplate;

    public void Read(IParser parser, Type expectedType, ObjectDeserializer nestedObjectDeserializer) => throw new NotSupportedException("It is only written.");

    public void Write(IEmitter emitter, ObjectSerializer nestedObjectSerializer)
    {
        var recorder = new Recorder();
        s_serializer.Serialize(recorder, _inner);
        var events = recorder.Events;
        var (begin, end) = Find(events);
        for (var i = 0; i < events.Count; i++)
        {
            if (i == begin)
                Guard.Begin(emitter, _condition);
            emitter.Emit(events[i]);
            if (i == end)
                Guard.End(emitter);
        }
    }

    /// <summary>The first and last event of the container's mapping.</summary>
    private (int Begin, int End) Find(List<ParsingEvent> events)
    {
        Stack<int> open = new();
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is MappingStart)
                open.Push(i);
            else if (events[i] is MappingEnd && open.Pop() is var begin && IsTheContainer(events, begin))
                return (begin, i);
        }

        throw new InvalidOperationException($"The workload has no container '{_container}'.");
    }

    // Only a container has both a name and an image.
    private bool IsTheContainer(List<ParsingEvent> events, int begin) =>
        events[begin + 1] is Scalar { Value: "name" } && events[begin + 2] is Scalar name && name.Value == _container && events[begin + 3] is Scalar { Value: "image" };

    private sealed class Recorder : IEmitter
    {
        public List<ParsingEvent> Events { get; } = [];

        public void Emit(ParsingEvent @event)
        {
            if (@event is not (StreamStart or StreamEnd or DocumentStart or DocumentEnd))
                Events.Add(@event);
        }
    }

    private sealed class Quotes(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Type == typeof(string))
                eventInfo.Style = ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }
    }
}
