using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Processing;

namespace Orchestrator.Planning;

/// <summary>A request's inputs, held against what the playbook takes.</summary>
internal static class PlaybookInputs
{
    private static readonly ConditionalWeakTable<Playbook, Struct> Schemas = [];

    /// <summary>The inputs with defaults in the place of what is missing.</summary>
    /// <exception cref="RequestRefusedException">They are not what the playbook takes.</exception>
    public static Struct Complete(Playbook playbook, Struct? given)
    {
        var inputs = given?.Clone() ?? new Struct();
        AddDefaults(Schemas.GetValue(playbook, static book => ProtoJson.ParseStruct(book.InputSchema)), inputs);
        var violations = JsonSchemas.Violations(playbook.InputSchema, inputs);
        if (violations.Count == 0)
            return inputs;
        var first = violations[0].StartsWith('\'') ? violations[0][1..violations[0].IndexOf('\'', 1)] : "";
        throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT",
            $"The inputs are not what the playbook '{playbook.Name}' takes: {string.Join("; ", violations)}.",
            first.Length == 0 ? "inputs" : $"inputs.{first}");
    }

    private static void AddDefaults(Struct schema, Struct value)
    {
        if (!schema.Fields.TryGetValue("properties", out var properties) || properties.KindCase != Value.KindOneofCase.StructValue)
            return;
        foreach (var (name, property) in properties.StructValue.Fields)
        {
            if (property.KindCase != Value.KindOneofCase.StructValue)
                continue;
            if (!value.Fields.ContainsKey(name) && property.StructValue.Fields.TryGetValue("default", out var otherwise))
                value.Fields[name] = otherwise.Clone();
            if (value.Fields.TryGetValue(name, out var there) && there.KindCase == Value.KindOneofCase.StructValue)
                AddDefaults(property.StructValue, there.StructValue);
        }
    }
}
