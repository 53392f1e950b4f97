using System.Text.Json;

namespace Agents.Planner;

/// <summary>The inputs of a playbook, as far as planning looks at them.</summary>
internal sealed class PlanInputs
{
    private readonly Dictionary<string, JsonElement> _values = [];

    public static PlanInputs Of(JsonElement? json)
    {
        var inputs = new PlanInputs();
        if (json is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var property in given.EnumerateObject())
                inputs._values[property.Name] = property.Value;
        }

        return inputs;
    }

    /// <summary>A list of texts; empty when it was not given.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    /// <summary>Whether it was given and says no: false, null, zero, nothing.</summary>
    public bool IsOff(string name) => _values.TryGetValue(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.Number => value.GetDouble() == 0,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };
}
