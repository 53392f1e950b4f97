using Google.Protobuf.WellKnownTypes;
using Orchestrator.Contracts;
using Orchestrator.Planning.Yaml;

namespace Orchestrator.Planning;

/// <summary>Reads a playbook's <c>inputs</c>: the JSON Schema of an object, written in YAML.</summary>
internal sealed class PlaybookInputsParser(Action<YamlNode, string> wrong)
{
    /// <summary>The schema as text, and the names of its properties.</summary>
    public (string Schema, IReadOnlyCollection<string> Names) Parse(YamlFields fields)
    {
        var node = fields.Node("inputs") as YamlMap;
        var schema = fields.Data("inputs") ?? new Struct();
        schema.Fields.TryAdd("type", Value.ForString("object"));
        schema.Fields.TryAdd("additionalProperties", Value.ForBool(false));
        if (!schema.Fields.ContainsKey("properties"))
            schema.Fields["properties"] = Value.ForStruct(new Struct());
        var text = ProtoJson.ToText(schema);
        var names = schema.Fields["properties"].KindCase == Value.KindOneofCase.StructValue
            ? schema.Fields["properties"].StructValue.Fields.Keys.ToList()
            : [];
        if (node is null)
            return (text, names);

        if (schema.Fields["type"].StringValue != "object")
            wrong(node["type"] ?? node, "inputs.type must be 'object'");
        if (JsonSchemas.Problem(text) is { } problem)
            wrong(Locate(node, problem), $"inputs: {problem.TrimEnd('.')}");
        else if (node["properties"] is YamlMap properties)
            CheckDefaults(properties, schema);
        return (text, names);
    }

    private void CheckDefaults(YamlMap properties, Struct schema)
    {
        foreach (var (key, value) in properties.Fields)
        {
            if (value is not YamlMap property || property["default"] is not { } given)
                continue;
            var one = schema.Clone();
            one.Fields.Remove("required");
            var example = new Struct { Fields = { [key.Text] = given.ToValue() } };
            foreach (var violation in JsonSchemas.Violations(ProtoJson.ToText(one), example))
                wrong(given, $"inputs.properties.{key.Text}.default: {violation}");
        }
    }

    // A problem begins with the place in the schema: "#/properties/limit/type: …".
    private static YamlNode Locate(YamlMap root, string problem)
    {
        var end = problem.IndexOf(": ", StringComparison.Ordinal);
        YamlNode node = root;
        if (end < 0 || problem[0] != '#')
            return node;
        foreach (var part in problem[..end].Split('/').Skip(1))
        {
            var next = node switch
            {
                YamlMap map => map[part],
                YamlList list when int.TryParse(part, out var index) && index < list.Items.Count => list.Items[index],
                _ => null,
            };
            if (next is null)
                break;
            node = next;
        }

        return node;
    }
}
