using System.Text.Json;

namespace Agents.Reviewer.Outputs;

/// <summary>An output, walked once: its texts with their paths, and its objects.</summary>
internal sealed class OutputText
{
    private const int MostValues = 200_000;
    private readonly List<(string Path, string Text)> _texts = [];
    private readonly List<(string Path, JsonElement Value)> _objects = [];
    private int _values;

    public OutputText(JsonElement output)
    {
        Root = output;
        Walk(output, "output");
    }

    public JsonElement Root { get; }

    public IReadOnlyList<(string Path, string Text)> Texts => _texts;

    public IReadOnlyList<(string Path, JsonElement Value)> Objects => _objects;

    public int Nulls { get; private set; }

    /// <summary>How many numbers and truth values there are: an output of figures has no words.</summary>
    public int Figures { get; private set; }

    public string? Property(string name) =>
        Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static string? String(JsonElement value, string name) =>
        value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.String ? property.GetString() : null;

    public static int? Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.Number && property.TryGetDouble(out var number) ? (int)number : null;

    private void Walk(JsonElement value, string path)
    {
        if (_values++ > MostValues)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                _objects.Add((path, value));
                foreach (var property in value.EnumerateObject())
                {
                    Walk(property.Value, $"{path}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Walk(item, $"{path}[{i++}]");
                }

                break;
            case JsonValueKind.String:
                _texts.Add((path, value.GetString() ?? ""));
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                Nulls++;
                break;
            default:
                Figures++;
                break;
        }
    }
}
