using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;
using Orchestrator.Processing;

namespace Orchestrator.Planning;

/// <summary>A request's inputs, held against what the playbook takes.</summary>
internal static class PlaybookInputs
{
    /// <summary>The inputs with defaults in the place of what is missing.</summary>
    /// <exception cref="RequestRefusedException">They are not what the playbook takes.</exception>
    public static Struct Complete(Playbook playbook, Struct? given)
    {
        var inputs = ProtoJson.ToToken(given ?? new Struct());
        AddDefaults(JObject.Parse(playbook.InputSchema), inputs);
        var violations = JsonSchemas.Violations(playbook.InputSchema, inputs);
        if (violations.Count == 0)
            return ProtoJson.ToStruct(inputs);
        var first = violations[0].StartsWith('\'') ? violations[0][1..violations[0].IndexOf('\'', 1)] : "";
        throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT",
            $"The inputs are not what the playbook '{playbook.Name}' takes: {string.Join("; ", violations)}.",
            first.Length == 0 ? "inputs" : $"inputs.{first}");
    }

    private static void AddDefaults(JObject schema, JObject value)
    {
        if (schema["properties"] is not JObject properties)
            return;
        foreach (var (name, property) in properties)
        {
            if (property is not JObject inner)
                continue;
            if (!value.ContainsKey(name) && inner["default"] is { } otherwise)
                value[name] = otherwise.DeepClone();
            if (value[name] is JObject nested)
                AddDefaults(inner, nested);
        }
    }
}
