using Agents.Hosting;
using Agents.Models;
using Agents.Writer.Prose;

namespace Agents.Writer;

/// <summary>Writes reports.</summary>
[Agent("writer", Name = "Writer", Description = "Writes reports from what other agents gave: Markdown, and SARIF for audits.", MaxParallel = 4)]
internal sealed class WriterAgent(AgentModels? models = null)
{
    /// <summary>One report.</summary>
    [Task("report", Description = "Merges findings, citations, metrics, changes and reviews into one report, and says what is missing.")]
    public async Task<ReportOutput> ReportAsync(ReportInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var model = (models ?? AgentModels.None).For("writer", context);
        await context.ReportProgressAsync(0.1, "reading what the agents gave");
        var output = ReportWriter.Write(input);
        if (model is not null && ReportWriter.Read(input) is { TakesProse: true } report)
        {
            var (text, problem) = await new ProseWriter(model).WriteAsync(report, output.Summary, cancellationToken);
            output = ReportWriter.Write(input, text, problem);
        }

        await context.WriteOutputAsync(output.Summary);
        return output;
    }
}
