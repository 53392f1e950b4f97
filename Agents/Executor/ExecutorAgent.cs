using Agents.Executor.Chains;
using Agents.Hosting;
using Agents.Tools;
using Agents.Workspaces;

namespace Agents.Executor;

/// <summary>Runs declared chains of tools.</summary>
[Agent(
    "executor",
    Name = "Executor",
    Description = "Runs declared tools one after the other: reads, writes, lists and searches files, asks git, measures code, runs allowed commands and tests, fetches allowed pages, reads and changes named databases.",
    MaxParallel = 4,
    Tools = ["fs.read", "fs.list", "fs.search", "fs.write", "fs.patch", "fs.delete", "git.log", "git.diff", "git.show", "git.status", "code.metrics", "shell.run", "test.run", "http.get", "sql.query", "sql.execute", "skill.list", "skill.read"])]
internal sealed class ExecutorAgent(ChainRunner chains, ToolRegistry tools, ToolFolders folders)
{
    private const int MostFiles = 100;
    private const int MostChanges = 1_000;

    /// <summary>One chain. A step that fails is told in the output, unless all must succeed; a chain that is wrong itself is a failure.</summary>
    [Task("chain", Description = "Runs tools in order; later steps may use the outputs of earlier ones.")]
    public async Task<ChainOutput> ChainAsync(ChainInput input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = folders.Open(context.Workspace.Exists ? context.Workspace.Root : null);
            var output = await chains.RunAsync(input, (tool, args, token) => tools.CallAsync(context, folder, tool, args, token), context.ReportProgressAsync, cancellationToken);
            if (input.MustSucceed && output.Steps.FirstOrDefault(step => !step.Ok) is { Error: { } error } failed)
                throw new TaskFailedException(error.Code, $"Step '{failed.Id}', {failed.Tool}: {error.Message}", details: output);
            await context.ReportProgressAsync(1, $"{output.Steps.Count(step => step.Ok)} of {output.Steps.Count} steps went well");
            return folder.Changes(cancellationToken) is { Count: > 0 } changes
                ? output with { Changes = await KeepAsync(changes, folder, context, cancellationToken), ChangesTotal = changes.Count }
                : output;
        }
        catch (ToolException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message);
        }
        catch (WorkspaceException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message);
        }
    }

    // The copy goes with the attempt; what was changed in it stays with the result.
    private static async Task<IReadOnlyList<FileChange>> KeepAsync(IReadOnlyList<FileChange> changes, ToolFolder folder, TaskContext context, CancellationToken cancellationToken)
    {
        foreach (var change in changes.Where(change => change.Kind != "deleted").Take(MostFiles))
        {
            await using var file = File.OpenRead(folder.Files.Resolve(change.Path));
            context.AddFile(await context.Artifacts.UploadAsync(file, change.Path, "application/octet-stream", cancellationToken));
        }

        return [.. changes.Take(MostChanges)];
    }
}
