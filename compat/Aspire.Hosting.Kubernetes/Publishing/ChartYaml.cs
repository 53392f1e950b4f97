using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;
using YamlDotNet.Serialization.ObjectGraphVisitors;

namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>The chart's YAML: text in double quotes, templates that become numbers or flow control bare, nothing that is empty.</summary>
internal static partial class ChartYaml
{
    public static ISerializer Serializer { get; } = new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithTypeConverter(new IntOrStringYamlConverter())
        .WithEventEmitter(next => new Quotes(next))
        .WithEmissionPhaseObjectGraphVisitor(args => new NoEmptyCollections(args.InnerVisitor))
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull)
        .DisableAliases()
        .WithNewLine("\n")
        .WithIndentedSequences()
        .Build();

    [GeneratedRegex(@"^\{\{\s*if\b|^\{\{[^}]*\|\s*(int|int64|float64)\s*\}\}$", RegexOptions.NonBacktracking)]
    private static partial Regex Bare();

    private sealed class Quotes(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source is { Type: { } type, Value: string text } && type == typeof(string))
                eventInfo.Style = Bare().IsMatch(text) ? ScalarStyle.ForcePlain : ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }
    }

    private sealed class NoEmptyCollections(IObjectGraphVisitor<IEmitter> next) : ChainedObjectGraphVisitor(next)
    {
        public override bool EnterMapping(IPropertyDescriptor key, IObjectDescriptor value, IEmitter context, ObjectSerializer serializer) =>
            value.Value is not System.Collections.ICollection { Count: 0 } && base.EnterMapping(key, value, context, serializer);
    }
}
