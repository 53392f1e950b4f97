using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting;

/// <summary>A value that is elsewhere: <c>{"$artifact": "sha256:…", "path": "findings"}</c>, the path being optional.</summary>
/// <param name="Id">Id of a JSON artifact.</param>
/// <param name="Path">Dot path inside. Empty: the whole.</param>
internal readonly record struct ArtifactValue(string Id, string Path)
{
    public const string Key = "$artifact";

    public static bool TryRead(Struct value, [MaybeNullWhen(false)] out ArtifactValue reference)
    {
        reference = default;
        if (value.Fields.Count is 0 or > 2 || !value.Fields.TryGetValue(Key, out var id))
            return false;

        value.Fields.TryGetValue("path", out var path);
        reference = new ArtifactValue(id.StringValue, path?.StringValue ?? "");
        return true;
    }

    /// <summary>Adds every reference in a value to a list, which is made when there is one.</summary>
    public static void Collect(Struct value, ref List<ArtifactValue>? found)
    {
        foreach (var field in value.Fields.Values)
            Collect(field, ref found);
    }

    private static void Collect(Value value, ref List<ArtifactValue>? found)
    {
        if (value.KindCase == Value.KindOneofCase.ListValue)
        {
            foreach (var item in value.ListValue.Values)
                Collect(item, ref found);
        }
        else if (value.KindCase == Value.KindOneofCase.StructValue)
        {
            if (TryRead(value.StructValue, out var reference))
                (found ??= []).Add(reference);
            else
                Collect(value.StructValue, ref found);
        }
    }
}
