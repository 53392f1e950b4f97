using Agents.Analyst.History;
using Agents.Hosting;
using Agents.Workspaces;

namespace Agents.Analyst;

/// <summary>Measures source code.</summary>
[Agent("analyst", Description = "Measures size and complexity of source code, and finds hot spots in its history.", MaxParallel = 2, Tools = [HistoryTool])]
internal sealed class AnalystAgent
{
    private const string HistoryTool = "git.log";

    [Task("metrics", Description = "Size, comments, complexity by function, duplicated code, largest files, and hot spots where there is a git history.")]
    public static async Task<MetricsOutput> MetricsAsync(MetricsInput input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            var workspace = Workspace.Open(context.Workspace.Root);
            var taker = new MetricsTaker();
            await Task.Run(() => taker.Read(workspace, input, files => _ = context.ReportProgressAsync(-1, $"{files} files"), cancellationToken), cancellationToken);
            return taker.Finish(await HistoryAsync(workspace, context, cancellationToken));
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }

    private static async Task<ChangeHistory> HistoryAsync(Workspace workspace, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.CallToolAsync(
                HistoryTool,
                new { path = ".", max_count = GitHistory.MostCommits },
                token => GitHistory.ReadAsync(workspace.Root, token),
                cancellationToken,
                history => history.Available ? $"{history.Commits} commits" : history.Note);
        }
        catch (TaskFailedException e) when (e.Code == FailureCodes.ToolDenied)
        {
            return ChangeHistory.None($"The history was not read: {e.Message}");
        }
    }
}
