using System.ComponentModel;
using System.Text.Json;
using Agents.Hosting;
using Agents.Workspaces;
using Microsoft.Extensions.Logging;

namespace Agents.Developer;

/// <summary>Repairs what rules can repair, on a copy.</summary>
[Agent("developer", Name = "Developer", Description = "Applies the mechanical fixes that findings carry, on a copy, and returns them as one unified diff.", MaxParallel = 2)]
public sealed partial class DeveloperAgent(ILogger<DeveloperAgent> logger)
{
    /// <summary>What to repair.</summary>
    /// <param name="Findings">Findings, lists of them, or reviewers' outputs; nulls are passed over.</param>
    /// <param name="Choose"><c>all</c>, <c>first</c> or a rule id; null means all.</param>
    public sealed record Input(
        [property: Description("Findings, nested lists of them, or reviewers' outputs.")] JsonElement Findings,
        [property: Description("\"all\", which is the default, \"first\", or the id of a rule.")] string? Choose = null);

    /// <summary>Works out repairs.</summary>
    /// <param name="input">What to repair.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    [Task("fix", Description = "Applies mechanical fixes on a copy, each checked again by its rule, and returns one diff.")]
    public async Task<FixResult> FixAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Fixer.RunAsync(context.Workspace.Root, FindingList.Read(input.Findings), input.Choose, cancellationToken);
            LogFix(result.Fixes.Count, result.NotApplied.Count);
            return result;
        }
        catch (WorkspaceException e)
        {
            throw new TaskFailedException(e.Code, e.Message, innerException: e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Fixes applied: {Applied}, not applied: {Refused}")]
    private partial void LogFix(int applied, int refused);
}
