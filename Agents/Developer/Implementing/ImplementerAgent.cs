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
    Tools = ["fs.read", "fs.list", "fs.search", "fs.write", "fs.patch", "shell.run"])]
internal sealed class ImplementerAgent(AgentModels models, ToolRegistry tools, ToolFolders folders, TimeProvider time, DeveloperOptions options)
{
    [Task("implement", Description = "Writes code on a copy, runs its tests, and gives the change as a unified diff. Needs a language model.")]
    public async Task<ImplementOutput> ImplementAsync(ImplementInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var model = models.For("developer", context) ?? throw new TaskFailedException(
            ModelFailureCodes.NotConfigured,
            "Models:Provider is \"none\" for the role developer, and code is written by a language model: set Models:Provider (Models__Provider) and Models:Model, or Models:Roles:developer.");
        try
        {
            using var folder = folders.Open(context.Workspace.Root);
            return await new Implementer(model, tools, time, options).RunAsync(input, context, folder, cancellationToken);
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
