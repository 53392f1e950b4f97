using Agents.Hosting;

namespace Agents.Writer;

/// <summary>Writes reports.</summary>
[Agent("writer", Name = "Writer", Description = "Writes reports from what other agents gave: Markdown, and SARIF for audits.", MaxParallel = 4)]
internal sealed class WriterAgent
{
    /// <summary>One report.</summary>
    [Task("report", Description = "Merges findings, citations and metrics into one report, and says what is missing.")]
    public static async Task<ReportOutput> ReportAsync(ReportInput input, TaskContext context)
    {
        await context.ReportProgressAsync(0.1, "reading what the agents gave");
        var output = ReportWriter.Write(input);
        await context.WriteOutputAsync(output.Summary);
        return output;
    }
}
