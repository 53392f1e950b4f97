using Orchestrator.Runs;

namespace Orchestrator.Dispatch;

/// <summary>Where inputs for runs go, whether their processor is in memory or not.</summary>
internal interface IRunMailbox
{
    /// <summary>Hands an input to a run and goes on.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="input">The input; of an <see cref="RunInput.Assign"/> the run's owner sets the epoch.</param>
    /// <param name="refused">Called when it changes nothing: it came too late, or the run is not ours.</param>
    void Post(string runId, RunInput input, Action? refused = null);
}
