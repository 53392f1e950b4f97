using System.Text;
using Deploy.Tests.Tools;
using YamlDotNet.RepresentationModel;

namespace Deploy.Tests.Chart;

/// <summary>What helm makes of the chart: the objects that a cluster would get.</summary>
internal sealed class Rendered
{
    private const string Source = "# Source: agents/templates/";

    private Rendered(string output)
    {
        SortedDictionary<string, StringBuilder> files = new(StringComparer.Ordinal);
        foreach (var document in output.Split("---\n", StringSplitOptions.RemoveEmptyEntries))
        {
            // What a condition leaves out leaves comments.
            var lines = document.Split('\n').Where(line => line.Length > 0 && line.TrimStart()[0] != '#').ToList();
            if (lines.Count == 0)
                continue;
            var source = document.Split('\n')[0];
            source.ShouldStartWith(Source);
            var file = source[Source.Length..].Split('/')[0] + ".yaml";
            if (!files.TryGetValue(file, out var text))
                files[file] = text = new StringBuilder("# Made by helm of the chart beside it, with its values as they are.\n");
            text.Append("---\n").AppendJoin('\n', lines).Append('\n');
            var stream = new YamlStream();
            stream.Load(new StringReader(string.Join('\n', lines)));
            Objects.Add(new KubeObject((YamlMappingNode)stream.Documents[0].RootNode));
        }

        Files = files.ToDictionary(f => f.Key, f => f.Value.ToString());
    }

    /// <summary>By component, as text.</summary>
    public Dictionary<string, string> Files { get; }

    public List<KubeObject> Objects { get; } = [];

    /// <summary>With the values as they are, but those given as <c>PATH=VALUE</c>.</summary>
    public static async Task<Rendered> FromKeptChartAsync(params string[] values)
    {
        var result = await Programs.HelmAsync(["template", "agents", Programs.Chart, "--namespace", "agents", .. values.SelectMany(value => (string[])["--set", value])]);
        result.ExitCode.ShouldBe(0, result.Errors);
        return new Rendered(result.Output);
    }

    public KubeObject Get(string kind, string name) => Objects.Single(o => o.Kind == kind && o.Name == name);

    public IEnumerable<KubeObject> All(params string[] kinds) => Objects.Where(o => kinds.Contains(o.Kind));
}

/// <summary>An object, read by paths such as <c>spec.template.spec.containers.0.image</c>.</summary>
internal sealed class KubeObject(YamlNode node)
{
    public string Kind => Text("kind")!;

    public string Name => Text("metadata.name")!;

    public string Component => Text("metadata.labels.app|kubernetes|io/component")!;

    public YamlNode? Node(string path)
    {
        YamlNode? at = node;
        foreach (var step in path.Split('.').Select(step => step.Replace('|', '.')))
        {
            at = at switch
            {
                YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(step), out var child) ? child : null,
                YamlSequenceNode list => int.Parse(step) < list.Children.Count ? list.Children[int.Parse(step)] : null,
                _ => null,
            };
        }

        return at;
    }

    /// <summary>Null where there is nothing.</summary>
    public string? Text(string path) => (Node(path) as YamlScalarNode)?.Value;

    public List<KubeObject> List(string path) => [.. (Node(path) as YamlSequenceNode)?.Children.Select(child => new KubeObject(child)) ?? []];

    public List<string> Texts(string path) => [.. (Node(path) as YamlSequenceNode)?.Children.Select(child => ((YamlScalarNode)child).Value!) ?? []];

    public Dictionary<string, string> Map(string path) =>
        (Node(path) as YamlMappingNode)?.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!) ?? [];
}
