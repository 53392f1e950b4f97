using Agents.Analyst.Data;
using Agents.Analyst.History;
using Agents.Hosting;
using Agents.Rules.Metrics;
using Agents.Workspaces;

namespace Agents.Analyst;

/// <summary>Measures source code, and analyses data.</summary>
[Agent("analyst", Description = "Measures source code: size, complexity, duplication, hot spots; and analyses tables of data: profiles, outliers, correlations, trends.", MaxParallel = 2, Tools = [HistoryTool])]
internal sealed class AnalystAgent
{
    private const string HistoryTool = "git.log";

    [Task("metrics", Description = "Size, comments, complexity by function, duplicated code, largest files, and hot spots where there is a git history.")]
    public static Task<MetricsOutput> MetricsAsync(MetricsInput input, TaskContext context, CancellationToken cancellationToken) =>
        InWorkspaceAsync(context, async workspace =>
        {
            var taker = new MetricsTaker();
            var options = new WalkOptions { Include = input.Include, Exclude = input.Exclude };
            await Task.Run(() => taker.Read(workspace, options, files => _ = context.ReportProgressAsync(-1, $"{files} files"), cancellationToken), cancellationToken);
            var history = await HistoryAsync(workspace, context, cancellationToken);
            return MetricsOutput.Of(taker.Finish(history.Changes), history);
        });

    [Task("tables", Description = "Lists the tables of the workspace: CSV, TSV, JSON and JSON Lines files.")]
    public static Task<TablesOutput> TablesAsync(TablesInput input, TaskContext context, CancellationToken cancellationToken) =>
        InWorkspaceAsync(context, workspace => Task.Run(() => DataTables.Find(workspace, input, cancellationToken), cancellationToken));

    [Task("analyze", Description = "Analyses a table: types, missing and distinct values, quantiles, outliers, correlations, trends, charts; rows that cannot be read by line.")]
    public static Task<TableAnalysis> AnalyzeAsync(AnalyzeInput input, TaskContext context, CancellationToken cancellationToken) =>
        InWorkspaceAsync(context, workspace =>
        {
            var path = workspace.Resolve(input.File, "file");
            if (!File.Exists(path))
                throw new WorkspaceException(WorkspaceException.InvalidInput, $"file: '{input.File}' is no file.");
            var analyzer = new TableAnalyzer(Table.Open(path, input.File), input.File, input.Time);
            return Task.Run(() => analyzer.RunAsync(rows => _ = context.ReportProgressAsync(-1, $"{rows:N0} rows"), cancellationToken), cancellationToken);
        });

    private static async Task<T> InWorkspaceAsync<T>(TaskContext context, Func<Workspace, Task<T>> work)
    {
        try
        {
            return await work(Workspace.Open(context.Workspace.Root));
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TaskFailedException(WorkspaceException.Unreadable, e.Message, innerException: e);
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
