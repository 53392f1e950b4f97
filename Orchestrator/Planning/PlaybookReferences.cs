using Google.Protobuf.WellKnownTypes;
using Orchestrator.Planning.Yaml;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>What only a playbook can know about references: which inputs there are, and where an item is.</summary>
internal sealed class PlaybookReferences(Action<YamlNode, string> wrong)
{
    private static readonly string[] s_fields =
        ["input", "context", "requirements", "description", "when", "approval", "wait", "request", "fallback"];

    public void Check(Plan plan, IReadOnlyDictionary<string, YamlMap> nodes, YamlFields document, IReadOnlyCollection<string> inputNames)
    {
        foreach (var task in plan.Tasks)
        {
            var node = nodes[task.Id];
            foreach (var field in s_fields)
                Check(node[field], task, inputNames);
            // The list itself comes before its items.
            Check(node["foreach"], null, inputNames);
        }

        Check(document.Node("result"), null, inputNames);
    }

    private void Check(YamlNode? node, PlannedTask? task, IReadOnlyCollection<string> inputNames)
    {
        switch (node)
        {
            case YamlMap map:
                foreach (var (_, value) in map.Fields)
                    Check(value, task, inputNames);
                break;
            case YamlList list:
                foreach (var item in list.Items)
                    Check(item, task, inputNames);
                break;
            case YamlScalar { Value.KindCase: Value.KindOneofCase.StringValue } text:
                Check(text, task, inputNames);
                break;
        }
    }

    private void Check(YamlScalar text, PlannedTask? task, IReadOnlyCollection<string> inputNames)
    {
        List<Reference> references;
        try
        {
            references = [.. Template.References(text.Text)];
        }
        catch (FormatException)
        {
            // Told by the rules for plans already.
            return;
        }

        foreach (var reference in references)
        {
            if (reference.Root is "item" or "index" && task is not { Foreach.Length: > 0 })
                wrong(text, $"${{{reference.Root}}} stands for an item of a foreach, and there is none here");
            if (reference is { Root: "inputs", Path: [var name, ..] } && !inputNames.Contains(name))
            {
                var rest = Suggestions.Nearest(name, inputNames) is { } nearest
                    ? $"did you mean '{nearest}'?"
                    : inputNames.Count == 0 ? "there are no inputs" : $"the inputs are {string.Join(", ", inputNames.Order(StringComparer.Ordinal))}";
                wrong(text, $"${{inputs.{name}}}: there is no such input; {rest}");
            }
        }
    }
}
