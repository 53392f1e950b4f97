using Agents.Hosting;
using Agents.Models;
using Agents.Tools;
using Agents.Workspaces;

namespace Agents.Developer.Implementing;

/// <summary>The part of the developer that writes code, with a model.</summary>
[Agent(
    "developer",
    Name = "Developer",
    Description = "Writes code and tests with a language model on a copy, and applies mechanical fixes that findings carry; gives unified diffs.",
    MaxParallel = 2,
    TimeLimit = 1800,
    Tools = ["fs.read", "fs.list", "fs.search", "fs.write", "fs.patch", "fs.delete", "shell.run", "test.run"])]
internal sealed class ImplementerAgent(AgentModels models, ToolRegistry tools, ToolFolders folders, DeveloperOptions options)
{
    [Task("implement", Description = "Writes code on a copy, runs its tests, and gives the change as a unified diff. Needs a language model.")]
    public async Task<ImplementOutput> ImplementAsync(ImplementInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var model = models.For("developer", context) ?? throw new TaskFailedException(
            ModelFailureCodes.NotConfigured,
            "Models:Provider is \"none\" for the role developer, and code is written by a language model: set Models:Provider (Models__Provider) and Models:Model, or Models:Roles:developer.");
        return await OnCopyAsync(context, copy => new Implementer(model, tools, options).RunAsync(input, context, copy, cancellationToken));
    }

    [Task("measure", Description = "Checks what a change costs: rules of performance on what it brings, and the time of the tests without it and with it.")]
    public Task<MeasureOutput> MeasureAsync(MeasureInput input, TaskContext context, CancellationToken cancellationToken) =>
        OnCopyAsync(context, copy => Measurement.RunAsync(input, copy, cancellationToken));

    private async Task<T> OnCopyAsync<T>(TaskContext context, Func<WorkingCopy, Task<T>> work)
    {
        try
        {
            using var copy = new WorkingCopy(context, tools, folders.Open(context.Workspace.Root));
            return await work(copy);
        }
        catch (ToolException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message, innerException: exception);
        }
        catch (WorkspaceException exception)
        {
            throw new TaskFailedException(exception.Code, exception.Message, innerException: exception);
        }
    }
}
