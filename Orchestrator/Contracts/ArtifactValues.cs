using Google.Protobuf.WellKnownTypes;
using Orchestrator.Artifacts;
using Orchestrator.Runs;

namespace Orchestrator.Contracts;

/// <summary>Values that stand in artifacts: <c>{"$artifact": id, "path": "a.b"}</c>.</summary>
internal static class ArtifactValues
{
    /// <summary>Puts the values in the place of their references.</summary>
    /// <exception cref="FileNotFoundException">An artifact is gone.</exception>
    public static async Task<Value> ResolveAsync(Value value, IArtifactStore artifacts, string tenant, CancellationToken ct)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue when Values.Text(value.StructValue, "$artifact") is { Length: > 0 } id:
                await using (var content = await artifacts.OpenAsync(tenant, id, ct) ?? throw new FileNotFoundException($"Artifact '{id}' is gone."))
                using (var reader = new StreamReader(content))
                {
                    var whole = Value.ForStruct(ProtoJson.ParseStruct(await reader.ReadToEndAsync(ct)));
                    var path = Values.Text(value.StructValue, "path");
                    return path.Length == 0 ? whole : Values.Follow(whole, path.Split('.'));
                }

            case Value.KindOneofCase.StructValue:
                var result = new Struct();
                foreach (var (name, field) in value.StructValue.Fields)
                {
                    result.Fields[name] = await ResolveAsync(field, artifacts, tenant, ct);
                }

                return Value.ForStruct(result);
            case Value.KindOneofCase.ListValue:
                var list = new ListValue();
                foreach (var item in value.ListValue.Values)
                {
                    list.Values.Add(await ResolveAsync(item, artifacts, tenant, ct));
                }

                return new Value { ListValue = list };
            default:
                return value;
        }
    }
}
