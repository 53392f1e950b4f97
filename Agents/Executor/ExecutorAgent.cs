using System.Text.Json.Nodes;
using Agents.Executor.Chains;
using Agents.Executor.Tools;
using Agents.Hosting;
using Agents.Workspaces;

namespace Agents.Executor;

/// <summary>Runs declared chains of tools.</summary>
[Agent(
    "executor",
    Name = "Executor",
    Description = "Runs declared tools one after the other: reads, lists and searches files, asks git, runs allowed commands.",
    MaxParallel = 4,
    Tools = ["fs.read", "fs.list", "fs.search", "git.log", "git.diff", "git.status", "shell.run"])]
internal sealed class ExecutorAgent(ChainRunner chains)
{
    /// <summary>One chain. A step that fails is told in the output; only a chain that is wrong itself is a failure.</summary>
    [Task("chain", Description = "Runs tools in order; later steps may use the outputs of earlier ones.")]
    public async Task<ChainOutput> ChainAsync(ChainInput input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            var output = await chains.RunAsync(input, Workspace.Open(context.Workspace.Root), Gate, context.ReportProgressAsync, cancellationToken);
            await context.ReportProgressAsync(1, $"{output.Steps.Count(step => step.Ok)} of {output.Steps.Count} steps went well");
            return output;
        }
        catch (ToolException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message);
        }
        catch (WorkspaceException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message);
        }

        Task<JsonObject> Gate(string tool, JsonObject args, Func<CancellationToken, Task<JsonObject>> call, CancellationToken token) =>
            context.CallToolAsync(tool, args, call, token, Summarize);
    }

    // For the audit: the small values as they are, the large ones by their size.
    private static string Summarize(JsonObject output) => string.Join(", ", output.Select(pair => pair.Value switch
    {
        JsonArray items => $"{pair.Key}: {items.Count} items",
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 80 => $"{pair.Key}: {text.Length} characters",
        var value => $"{pair.Key}: {value?.ToJsonString() ?? "null"}",
    }));
}
