using Aspire.Hosting.Kubernetes.Resources;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Yaml;

/// <summary>Writes a number as a number, and a template so that it becomes one.</summary>
public class IntOrStringYamlConverter : IYamlTypeConverter
{
    /// <inheritdoc />
    public bool Accepts(Type type) => type == typeof(Int32OrStringV1);

    /// <inheritdoc />
    public object? ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer) => (Int32OrStringV1?)parser.Consume<Scalar>().Value;

    /// <inheritdoc />
    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer)
    {
        if (value is Int32OrStringV1 { Value: { } text } one)
            emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, one.Number is null ? ScalarStyle.DoubleQuoted : ScalarStyle.ForcePlain, true, true));
        else
            emitter.Emit(new Scalar("null"));
    }
}
