using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Planning.Yaml;

/// <summary>
/// Reads one YAML document as plain data. There are no tags and no aliases, so nothing in a file can choose a type or
/// grow when it is read; size, depth and number of pieces are bounded.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Longest file, in characters.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 32;

    /// <summary>Scalars, lists and mappings in one file.</summary>
    public const int MaxNodes = 20_000;

    private readonly Parser _parser;
    private int _nodes;

    private YamlReader(string text) => _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));

    /// <summary>Reads a document.</summary>
    /// <exception cref="YamlSyntaxException">It is none, or breaks a limit.</exception>
    public static YamlNode Read(string text)
    {
        if (text.Length > MaxLength)
            throw new YamlSyntaxException(1, 1, $"the file has {text.Length} characters; at most {MaxLength} are allowed");
        var reader = new YamlReader(text);
        try
        {
            return reader.Document();
        }
        catch (YamlException failure)
        {
            // What is not closed is noticed behind the end: told of the last line, where people look.
            var last = text.TrimEnd().Count(c => c == '\n') + 1;
            throw new YamlSyntaxException(Math.Min((int)failure.Start.Line, last), (int)failure.Start.Column, $"not YAML: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // Some texts confuse the scanner itself.
            var at = reader._parser.Current?.End;
            throw new YamlSyntaxException(Math.Max(1, (int)(at?.Line ?? 1)), Math.Max(1, (int)(at?.Column ?? 1)), "not YAML from here on", failure);
        }
    }

    private YamlNode Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out var end))
            throw Wrong(end, "the file is empty");
        _parser.Consume<DocumentStart>();
        var root = Node(1);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw Wrong(second, "a second document begins here; a file holds one")
            : root;
    }

    private YamlNode Node(int depth)
    {
        var next = _parser.Consume<ParsingEvent>();
        if (depth > MaxDepth)
            throw Wrong(next, $"nested deeper than {MaxDepth} levels");
        if (++_nodes > MaxNodes)
            throw Wrong(next, $"more than {MaxNodes} values in one file");
        if (next is AnchorAlias)
            throw Wrong(next, "aliases (*name) are not allowed");
        if (next is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
                throw Wrong(next, $"anchors (&{node.Anchor}) are not allowed");
            if (!node.Tag.IsEmpty)
                throw Wrong(next, $"tags ({node.Tag}) are not allowed");
        }

        return next switch
        {
            Scalar scalar => new YamlScalar(Line(next), Column(next), scalar.Value, Meaning(scalar)),
            SequenceStart => List(next, depth),
            MappingStart => Map(next, depth),
            _ => throw Wrong(next, "a value is missing"),
        };
    }

    private YamlList List(ParsingEvent start, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node(depth + 1));
        return new YamlList(Line(start), Column(start), items);
    }

    private YamlMap Map(ParsingEvent start, int depth)
    {
        var fields = new List<(YamlScalar, YamlNode)>();
        var names = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(depth + 1) is not YamlScalar key)
                throw Wrong(start, "a field's name must be text");
            if (!names.TryAdd(key.Text, key))
                throw new YamlSyntaxException(key.Line, key.Column, $"'{key.Text}' stands here twice; the first is in line {names[key.Text].Line}");
            fields.Add((key, Node(depth + 1)));
        }

        return new YamlMap(Line(start), Column(start), fields);
    }

    // The core schema of YAML 1.2: no yes and no, no dates, no octal numbers without 0o.
    private static Value Meaning(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain)
            return Value.ForString(text);
        if (text is "" or "~" or "null" or "Null" or "NULL")
            return Value.ForNull();
        if (text is "true" or "True" or "TRUE")
            return Value.ForBool(true);
        if (text is "false" or "False" or "FALSE")
            return Value.ForBool(false);
        const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return text[0] is '-' or '+' or '.' or (>= '0' and <= '9')
            && double.TryParse(text, Number, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? Value.ForNumber(number)
                : Value.ForString(text);
    }

    private static int Line(ParsingEvent at) => (int)at.Start.Line;

    private static int Column(ParsingEvent at) => (int)at.Start.Column;

    private static YamlSyntaxException Wrong(ParsingEvent at, string reason) => new(Line(at), Column(at), reason);
}
