using Agents.Hosting;
using Agents.Rules.Auditing;

namespace Agents.Reviewer;

/// <summary>Passes the progress of a source review on to whoever watches the task.</summary>
internal sealed class SourceProgress(TaskContext context) : IProgress<SourceReviewProgress>
{
    // How many files there are is known only at the end.
    public void Report(SourceReviewProgress value) =>
        _ = context.ReportProgressAsync(-1, $"{value.Files} files, {value.Lines} lines, {value.Findings} findings");
}
