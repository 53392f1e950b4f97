using System.Text;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Artifacts;
using Orchestrator.Contracts;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Contracts at dispatch and on the result; and large outputs into artifacts.</summary>
internal static class OutputRules
{
    private const long MaxOutputBytes = 1L << 30;
    private const int MaxAssignmentBytes = 4 * 1024 * 1024;
    private const int MaxFieldBytes = 64 * 1024;

    /// <summary>Whether the input keeps the contract for certain: nearly always, and at little cost.</summary>
    public static bool InputIsFine(TaskAssignment assignment, Instance instance) =>
        instance.CapabilityFor(assignment.TaskType) is not { } capability || JsonSchemas.IsCertainlyValid(capability.InputSchema, assignment.Task.InputData);

    /// <summary>Whether the output keeps the contract for certain.</summary>
    public static bool OutputIsFine(TaskAssignment assignment, Instance instance, Struct output) =>
        assignment.ExpectedOutput is null
        && (instance.CapabilityFor(assignment.TaskType) is not { } capability || JsonSchemas.IsCertainlyValid(capability.OutputSchema, output));

    /// <summary>What the input breaks of the instance's input schema. References to artifacts are checked by the agent, which reads them.</summary>
    public static IReadOnlyList<string> InputViolations(TaskAssignment assignment, Instance instance) =>
        instance.CapabilityFor(assignment.TaskType) is not { InputSchema.Length: > 0 } capability || HasReference(Value.ForStruct(assignment.Task.InputData))
            ? []
            : JsonSchemas.Violations(capability.InputSchema, assignment.Task.InputData);

    /// <summary>What the output breaks of the contract and of what the task expects.</summary>
    public static IReadOnlyList<string> OutputViolations(
        TaskAssignment assignment, Instance instance, Struct output, IEnumerable<ArtifactRef> artifacts)
    {
        var expected = ExpectedOutputs.Violations(assignment.ExpectedOutput, output, artifacts);
        return instance.CapabilityFor(assignment.TaskType) is { OutputSchema.Length: > 0 } capability
            ? [.. expected, .. JsonSchemas.Violations(capability.OutputSchema, output)]
            : expected;
    }

    public static Failure Invalid(IReadOnlyList<string> violations) => new()
    {
        Code = FailureCodes.InvalidOutput,
        Message = $"The output breaks the contract: {string.Join("; ", violations)}",
        Retryable = true,
        FailureClass = FailureClass.InvalidOutput,
        Details = new Struct { Fields = { ["violations"] = Value.ForList([.. violations.Select(Value.ForString)]) } },
    };

    public static async Task<ArtifactRef> StoreAsync(IArtifactStore artifacts, string tenant, string name, Struct output, CancellationToken ct)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(ProtoJson.ToText(output)));
        var stored = await artifacts.PutAsync(tenant, content, "application/json", MaxOutputBytes, ct);
        return new ArtifactRef { Id = stored.Id, Name = name, MediaType = stored.MediaType, Size = stored.Size };
    }

    /// <summary>Puts large fields of the input into artifacts when the message would be too large otherwise.</summary>
    public static async Task ShrinkAsync(TaskAssignment assignment, IArtifactStore artifacts, string tenant, CancellationToken ct)
    {
        if (assignment.CalculateSize() <= MaxAssignmentBytes)
        {
            return;
        }

        var input = assignment.Task.InputData;
        foreach (var (name, value) in input.Fields.Where(field => field.Value.CalculateSize() > MaxFieldBytes).ToList())
        {
            var whole = new Struct { Fields = { ["value"] = await ArtifactValues.ResolveAsync(value, artifacts, tenant, ct) } };
            var stored = await StoreAsync(artifacts, tenant, $"{name}.json", whole, ct);
            input.Fields[name] = Value.ForStruct(new Struct { Fields = { ["$artifact"] = Value.ForString(stored.Id), ["path"] = Value.ForString("value") } });
        }
    }

    /// <summary>Only some fields, and the numbers that figures of agents are made of.</summary>
    public static Struct Keep(Struct output, IReadOnlySet<string> fields)
    {
        var kept = new Struct();
        foreach (var name in fields.Concat(Figures.RunFigures.Numbers))
        {
            if (output.Fields.TryGetValue(name, out var value))
            {
                kept.Fields[name] = value;
            }
        }

        return kept;
    }

    private static bool HasReference(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StructValue => value.StructValue.Fields.ContainsKey("$artifact") || value.StructValue.Fields.Values.Any(HasReference),
        Value.KindOneofCase.ListValue => value.ListValue.Values.Any(HasReference),
        _ => false,
    };
}
