using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting.Definitions;

/// <summary>One kind of work: reads the input, calls the agent's code, writes the output.</summary>
internal abstract class TaskHandler(string taskType, string? description, JsonObject? inputSchema, JsonObject? outputSchema)
{
    public string TaskType { get; } = taskType;

    public string Description { get; } = description ?? "";

    public JsonObject? InputSchema { get; } = inputSchema;

    public JsonObject? OutputSchema { get; } = outputSchema;

    /// <summary>Whether the last attempt kept its thread so long that the next one gets a thread of its own. So does the first: nobody knows yet.</summary>
    public volatile bool Blocks = true;

    public abstract ValueTask<Struct> InvokeAsync(TaskContext context, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts, CancellationToken cancellationToken);
}

internal sealed class TaskHandler<TInput, TOutput>(
    string taskType, string? description, JsonObject? inputSchema, JsonObject? outputSchema, Func<TInput, TaskContext, CancellationToken, ValueTask<TOutput>> body)
    : TaskHandler(taskType, description, inputSchema, outputSchema)
{
    private readonly InputCheck _check = new(inputSchema);

    public override async ValueTask<Struct> InvokeAsync(TaskContext context, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts, CancellationToken cancellationToken)
    {
        var output = await body(Bind(context.Assignment.Task?.InputData, artifacts), context, cancellationToken);
        try
        {
            return StructJson.FromObject(output);
        }
        catch (JsonException exception)
        {
            throw new TaskFailedException(FailureCodes.InvalidOutput, $"The output of {TaskType} cannot be written: {exception.Message}", innerException: exception);
        }
    }

    private TInput Bind(Struct? data, IReadOnlyDictionary<ArtifactValue, JsonElement>? artifacts)
    {
        try
        {
            var input = StructJson.ToObject<TInput>(data, artifacts);
            if (_check.HasConstraints)
                _check.Throw(data, artifacts, cause: null);
            return input!;
        }
        catch (JsonException exception)
        {
            _check.Throw(data, artifacts, exception);
            throw;
        }
    }
}
