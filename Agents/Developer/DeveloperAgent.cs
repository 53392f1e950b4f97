using System.ComponentModel;
using System.Text.Json;
using Agents.Hosting;
using Agents.Workspaces;
using Microsoft.Extensions.Logging;

namespace Agents.Developer;

/// <summary>Repairs what rules can repair, on a copy.</summary>
[Agent("developer", Name = "Developer", Description = "Applies one mechanical fix that a finding carries, on a copy, and returns it as a unified diff.", MaxParallel = 2)]
public sealed partial class DeveloperAgent(ILogger<DeveloperAgent> logger)
{
    /// <summary>What to repair.</summary>
    /// <param name="Findings">Findings, lists of them, or reviewers' outputs; nulls are passed over.</param>
    /// <param name="Choose"><c>first</c> or a rule id; null means first.</param>
    public sealed record Input(
        [property: Description("Findings, nested lists of them, or reviewers' outputs.")] JsonElement Findings,
        [property: Description("\"first\" or the id of a rule.")] string? Choose = null);

    /// <summary>Works out one repair.</summary>
    /// <param name="input">What to repair.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("fix", Description = "Applies one mechanical fix on a copy and returns the diff.")]
    public async Task<FixResult> FixAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Fixer.RunAsync(context.Workspace.Root, FindingList.Read(input.Findings), input.Choose, cancellationToken);
            LogFix(result.Applied, result.Rule, result.File);
            return result;
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Fix applied: {Applied}, rule {Rule}, file {File}")]
    private partial void LogFix(bool applied, string rule, string file);
}
