using System.Text.Json;

namespace Agents.Writer;

/// <summary>Reading of other agents' outputs that takes what is there: a field that is absent or of another kind is null.</summary>
internal static class JsonReading
{
    public static bool IsObject(this JsonElement? element) => element is { ValueKind: JsonValueKind.Object };

    public static JsonElement? Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) && child.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? child
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;

    public static double? Number(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Number } child && child.TryGetDouble(out var value) && double.IsFinite(value) ? value : null;

    /// <summary>Numbers cross the wire as doubles, so 12.0 is whole.</summary>
    public static int? Whole(this JsonElement element, string name) =>
        element.Number(name) is { } value && value == Math.Truncate(value) && Math.Abs(value) <= int.MaxValue ? (int)value : null;

    public static long? Long(this JsonElement element, string name) =>
        element.Number(name) is { } value && Math.Abs(value) < 1e15 ? (long)value : null;

    public static bool Flag(this JsonElement element, string name) => element.Child(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The items of a list; empty when it is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Array } child ? child.EnumerateArray() : [];

    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        [.. element.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
}
