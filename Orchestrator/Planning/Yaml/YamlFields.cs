using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Planning.Yaml;

/// <summary>
/// Reads the fields of a mapping by name and type. What is wrong is added to a list and reading goes on, so that all
/// errors of a file are told at once.
/// </summary>
/// <param name="path">Where the mapping is, e.g. <c>tasks.report</c>; empty: the document.</param>
internal sealed class YamlFields(YamlMap map, string path, Action<YamlNode, string> wrong)
{
    private readonly List<string> _known = [];

    public YamlMap Map { get; } = map;

    public string Path { get; } = path;

    /// <summary>Full name of a field.</summary>
    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>The node of a field; null: it is not there, or has no value.</summary>
    public YamlNode? Node(string name)
    {
        _known.Add(name);
        return Map[name] is { } node && node is not YamlScalar { Value.KindCase: Value.KindOneofCase.NullValue } ? node : null;
    }

    public string Text(string name, int maxLength, bool required = false)
    {
        if (Node(name) is not { } node)
        {
            if (required)
                wrong(Map, $"{At(name)} is missing; it is required");
            return "";
        }

        if (node is not YamlScalar { Value.KindCase: Value.KindOneofCase.StringValue } scalar)
            return Wrong(node, name, "text", "");
        if (scalar.Text.Length > maxLength)
            wrong(node, $"{At(name)} has {scalar.Text.Length} characters; at most {maxLength} are allowed");
        else if (required && string.IsNullOrWhiteSpace(scalar.Text))
            wrong(node, $"{At(name)} is empty; it is required");
        return scalar.Text;
    }

    /// <summary>The mappings of a list; none when the field is not there.</summary>
    public IEnumerable<YamlFields> Maps(string name)
    {
        switch (Node(name))
        {
            case null:
                yield break;
            case YamlList list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (list.Items[i] is YamlMap map)
                        yield return new YamlFields(map, $"{At(name)}[{i}]", wrong);
                    else
                        wrong(list.Items[i], $"{At(name)}[{i}] is {list.Items[i].Kind}; it must be a mapping");
                }

                break;
            case var node:
                wrong(node, $"{At(name)} is {node.Kind}; it must be a list of mappings");
                break;
        }
    }

    public bool Flag(string name, bool otherwise = false) => Node(name) switch
    {
        null => otherwise,
        YamlScalar { Value.KindCase: Value.KindOneofCase.BoolValue } scalar => scalar.Value.BoolValue,
        var node => Wrong(node, name, "true or false", otherwise),
    };

    public double? Number(string name, double least, double most)
    {
        if (Node(name) is not { } node)
            return null;
        if (node is not YamlScalar { Value.KindCase: Value.KindOneofCase.NumberValue } scalar)
            return Wrong(node, name, "a number", (double?)null);
        if (scalar.Value.NumberValue >= least && scalar.Value.NumberValue <= most)
            return scalar.Value.NumberValue;
        wrong(node, $"{At(name)} is {scalar.Text}; it must be {least} to {most}");
        return null;
    }

    public int? Integer(string name, int least, int most)
    {
        var number = Number(name, least, most);
        if (number is null || Math.Truncate(number.Value).Equals(number.Value))
            return (int?)number;
        return Wrong(Node(name)!, name, "a whole number", (int?)null);
    }

    public IReadOnlyList<string> Texts(string name, int maxItems, int maxLength)
    {
        if (Node(name) is not { } node)
            return [];
        if (node is not YamlList list)
            return Wrong<IReadOnlyList<string>>(node, name, "a list of texts", []);
        if (list.Items.Count > maxItems)
            wrong(node, $"{At(name)} has {list.Items.Count} items; at most {maxItems} are allowed");
        var texts = new List<string>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i] is not YamlScalar { Value.KindCase: Value.KindOneofCase.StringValue } item || string.IsNullOrWhiteSpace(item.Text))
                Wrong(list.Items[i], $"{name}[{i}]", "text", 0);
            else if (item.Text.Length > maxLength)
                wrong(item, $"{At(name)}[{i}] has {item.Text.Length} characters; at most {maxLength} are allowed");
            else
                texts.Add(item.Text);
        }

        return texts;
    }

    /// <summary>A mapping whose fields are read one by one; null: it is not there, or is none.</summary>
    public YamlFields? Fields(string name) => Node(name) switch
    {
        null => null,
        YamlMap inner => new YamlFields(inner, At(name), wrong),
        var node => Wrong<YamlFields?>(node, name, "a mapping", null),
    };

    /// <summary>A mapping that is taken as it is; null: it is not there, or is none.</summary>
    public Struct? Data(string name) => Node(name) switch
    {
        null => null,
        YamlMap inner => inner.ToStruct(),
        var node => Wrong<Struct?>(node, name, "a mapping", null),
    };

    public string OneOf(string name, params string[] allowed)
    {
        if (Node(name) is not { } node)
            return "";
        if (node is YamlScalar scalar && allowed.Contains(scalar.Text))
            return scalar.Text;
        wrong(node, $"{At(name)} is {node.Kind}; it must be one of {string.Join(", ", allowed)}");
        return "";
    }

    /// <summary>Exactly one of these fields must be there. One with another name is told by <see cref="Done"/>.</summary>
    public void ExactlyOne(params string[] names)
    {
        var given = names.Where(name => Node(name) is not null).ToList();
        if (given.Count > 1 || Map.Fields.Count == 0)
            wrong(Map, $"{Path} has {(given.Count == 0 ? "none" : string.Join(" and ", given))}; exactly one of {string.Join(", ", names)} is allowed");
    }

    /// <summary>To be called last: every field that was not asked for is an error.</summary>
    public void Done()
    {
        foreach (var (key, _) in Map.Fields.Where(field => !_known.Contains(field.Key.Text)))
        {
            var nearest = Suggestions.Nearest(key.Text, _known) is { } name ? $"; did you mean '{name}'?" : $"; the fields here are {string.Join(", ", _known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";
            wrong(key, $"'{At(key.Text)}' is not known{nearest}");
        }
    }

    private T Wrong<T>(YamlNode node, string name, string expected, T instead)
    {
        wrong(node, $"{At(name)} is {node.Kind}; it must be {expected}");
        return instead;
    }
}
