using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Planning.Yaml;

/// <summary>A piece of a YAML document, and where it stands.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What it is, for error messages.</summary>
    public abstract string Kind { get; }

    /// <summary>The same as a JSON value.</summary>
    public abstract Value ToValue();
}

/// <summary>Text, a number, true, false or null.</summary>
/// <param name="Text">As it stands in the file, without quotes.</param>
/// <param name="Value">What it means: quoted, it is always text.</param>
internal sealed record YamlScalar(int Line, int Column, string Text, Value Value) : YamlNode(Line, Column)
{
    public override string Kind => Value.KindCase switch
    {
        Value.KindOneofCase.NullValue => "nothing",
        Value.KindOneofCase.NumberValue => $"the number {Text}",
        Value.KindOneofCase.BoolValue => Text,
        _ => $"the text '{Text}'",
    };

    public override Value ToValue() => Value.Clone();
}

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column)
{
    public override string Kind => "a list";

    public override Value ToValue() => Value.ForList([.. Items.Select(item => item.ToValue())]);
}

/// <summary>Named fields, in the order of the file.</summary>
internal sealed record YamlMap(int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Fields) : YamlNode(Line, Column)
{
    public override string Kind => "a mapping";

    /// <summary>The field of that name; null: there is none.</summary>
    public YamlNode? this[string name] => Fields.FirstOrDefault(field => field.Key.Text == name).Value;

    public override Value ToValue() => Value.ForStruct(ToStruct());

    public Struct ToStruct()
    {
        var result = new Struct();
        foreach (var (key, value) in Fields)
            result.Fields[key.Text] = value.ToValue();
        return result;
    }
}
