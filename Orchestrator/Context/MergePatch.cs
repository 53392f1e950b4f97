using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Context;

/// <summary>JSON merge patches (RFC 7396), and two changes of one value put together with them.</summary>
internal static class MergePatch
{
    /// <summary>Applies a patch: an object's fields one by one, null removes, anything else takes the place of what is there.</summary>
    public static Value Apply(Value target, Value patch)
    {
        if (patch.KindCase != Value.KindOneofCase.StructValue)
        {
            return patch.Clone();
        }

        var result = target.KindCase == Value.KindOneofCase.StructValue ? target.StructValue.Clone() : new Struct();
        foreach (var (name, value) in patch.StructValue.Fields)
        {
            if (value.KindCase == Value.KindOneofCase.NullValue)
            {
                result.Fields.Remove(name);
            }
            else
            {
                result.Fields[name] = Apply(result.Fields.GetValueOrDefault(name) ?? Value.ForNull(), value);
            }
        }

        return Value.ForStruct(result);
    }

    /// <summary>What was changed after <paramref name="before"/> in two ways, in one value.</summary>
    /// <param name="first">Stands where both changed the same thing differently.</param>
    /// <param name="overlaps">Gets the places where that was so, as paths; empty text: the whole value.</param>
    public static Value Merge(Value before, Value first, Value second, List<string> overlaps) => Merge(before, first, second, "", overlaps) ?? Value.ForNull();

    // Null: not there.
    private static Value? Merge(Value? before, Value? first, Value? second, string path, List<string> overlaps)
    {
        if (Equals(first, second) || Equals(before, second))
        {
            return first;
        }

        if (Equals(before, first))
        {
            return second;
        }

        if (first?.KindCase != Value.KindOneofCase.StructValue || second?.KindCase != Value.KindOneofCase.StructValue)
        {
            overlaps.Add(path);
            return first;
        }

        var fields = before?.KindCase == Value.KindOneofCase.StructValue ? before.StructValue.Fields : new Struct().Fields;
        var patch = new Struct();
        foreach (var name in first.StructValue.Fields.Keys.Union(second.StructValue.Fields.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var merged = Merge(
                fields.GetValueOrDefault(name), first.StructValue.Fields.GetValueOrDefault(name), second.StructValue.Fields.GetValueOrDefault(name),
                path.Length == 0 ? name : $"{path}.{name}", overlaps);
            if (!Equals(merged, first.StructValue.Fields.GetValueOrDefault(name)))
            {
                patch.Fields[name] = merged ?? Value.ForNull();
            }
        }

        return Apply(first, Value.ForStruct(patch));
    }
}
