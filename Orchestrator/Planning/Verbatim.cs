using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Planning;

/// <summary>
/// Keeps a caller's text as it is where a plan is made from it. In a plan <c>${…}</c> is a reference; a text that holds
/// one goes to the run's inputs, and the plan refers to it there.
/// </summary>
internal sealed class Verbatim
{
    private const string Field = "verbatim";

    private readonly ListValue _texts = new();

    /// <summary>The text, or a reference to it.</summary>
    public string Keep(string text)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
            return text;
        _texts.Values.Add(Value.ForString(text));
        return $"${{inputs.{Field}[{_texts.Values.Count - 1}]}}";
    }

    /// <summary>The same for every text in a value.</summary>
    public Value Keep(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => Value.ForString(Keep(value.StringValue)),
        Value.KindOneofCase.StructValue => Value.ForStruct(Keep(value.StructValue)),
        Value.KindOneofCase.ListValue => Value.ForList([.. value.ListValue.Values.Select(Keep)]),
        _ => value,
    };

    /// <summary>The same for every text in a value; null: there is none.</summary>
    public Struct Keep(Struct? value)
    {
        var result = new Struct();
        foreach (var (name, field) in value?.Fields ?? [])
            result.Fields[name] = Keep(field);
        return result;
    }

    /// <summary>What the run's inputs must hold.</summary>
    public Struct Inputs()
    {
        var inputs = new Struct();
        if (_texts.Values.Count > 0)
            inputs.Fields[Field] = new Value { ListValue = _texts };
        return inputs;
    }
}
