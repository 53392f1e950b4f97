using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;
using YamlDotNet.Serialization.ObjectGraphVisitors;

namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>The chart's YAML: text in double quotes, templates that become numbers or flow control bare, nothing that is empty.</summary>
internal static partial class ChartYaml
{
    private static readonly ISerializer s_serializer = new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithTypeConverter(new IntOrStringYamlConverter())
        .WithEventEmitter(next => new Quotes(next))
        .WithEmissionPhaseObjectGraphVisitor(args => new NoEmptyCollections(args.InnerVisitor))
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull)
        .DisableAliases()
        .Build();

    private static readonly EmitterSettings s_settings = new EmitterSettings().WithIndentedSequences().WithNewLine("\n");

    public static string Serialize(object document)
    {
        using var text = new StringWriter();
        s_serializer.Serialize(new PlainKeys(new Emitter(text, s_settings)), document);
        return text.ToString();
    }

    [GeneratedRegex(@"^\{\{\s*if\b|^\{\{[^}]*\|\s*(?:int|int64|float64)\s*\}\}$", RegexOptions.NonBacktracking)]
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

    /// <summary>Keys need no quotes, whoever writes them.</summary>
    private sealed class PlainKeys(IEmitter next) : IEmitter
    {
        // For each open node: null in a sequence, else whether a key comes next.
        private readonly Stack<bool?> _open = new();

        public void Emit(ParsingEvent @event)
        {
            if (@event is Scalar key && _open.TryPeek(out var expected) && expected == true)
                @event = new Scalar(key.Anchor, key.Tag, key.Value, ScalarStyle.Any, isPlainImplicit: true, isQuotedImplicit: true);
            next.Emit(@event);
            switch (@event)
            {
                case MappingStart:
                    _open.Push(true);
                    break;
                case SequenceStart:
                    _open.Push(null);
                    break;
                case MappingEnd or SequenceEnd:
                    _open.Pop();
                    Turn();
                    break;
                case Scalar:
                    Turn();
                    break;
            }
        }

        private void Turn()
        {
            if (_open.TryPeek(out var expected) && expected is { } wasKey)
            {
                _open.Pop();
                _open.Push(!wasKey);
            }
        }
    }

    private sealed class NoEmptyCollections(IObjectGraphVisitor<IEmitter> next) : ChainedObjectGraphVisitor(next)
    {
        public override bool EnterMapping(IPropertyDescriptor key, IObjectDescriptor value, IEmitter context, ObjectSerializer serializer) =>
            value.Value is not System.Collections.ICollection { Count: 0 } && base.EnterMapping(key, value, context, serializer);
    }
}
