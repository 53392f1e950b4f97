using Agents.Hosting;
using Agents.Workspaces;

namespace Agents.Researcher;

/// <summary>Opens the run's files, and turns what is wrong with them into a failure of the task.</summary>
internal static class WorkspaceTask
{
    public static async Task<T> RunAsync<T>(TaskContext context, Func<Workspace, Task<T>> work)
    {
        try
        {
            return await work(Workspace.Open(context.Workspace.Root));
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }
}
