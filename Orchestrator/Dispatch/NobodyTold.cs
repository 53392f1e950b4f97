using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>One look at the lanes for tasks that nobody can do: their runs are told so once, and in the end that it is given up.</summary>
internal sealed class NobodyTold(DispatchOptions options)
{
    // The rest is for the next look, so that none takes long.
    private const int Most = 1000;

    /// <summary>What the runs are to be told.</summary>
    public List<(string RunId, RunInput Input)> Inputs { get; } = [];

    /// <summary>Tasks that are to be taken out.</summary>
    public List<WaitingTask> GivenUp { get; } = [];

    /// <summary>Looks at a lane. Costs nothing where somebody is there, and each task is looked at twice in all.</summary>
    public void Look(Lane lane, long now)
    {
        if (lane.Count == 0 || lane.HasAnybody())
        {
            lane.NobodySince = 0;
            return;
        }

        lane.NobodySince = lane.NobodySince == 0 ? now : lane.NobodySince;
        var reason = lane.WhyNobody();
        for (var task = lane.Oldest; task is not null && Inputs.Count < Most; task = task.LaterInLane)
        {
            if (now - Math.Max(lane.NobodySince, task.EnteredAt) < options.NoAgentSeconds * 1000)
            {
                break;
            }

            GivenUp.Add(task);
            lane.Tell(task);
            Inputs.Add((task.Run.RunId, new RunInput.GiveUp(task.TaskId, new Failure
            {
                Code = FailureCodes.NoAgent,
                Message = $"For {options.NoAgentSeconds:0.#} s {reason}.",
                FailureClass = FailureClass.Permanent,
            })));
        }

        while (Inputs.Count < Most && lane.Untold is { } untold)
        {
            lane.Tell(untold);
            Inputs.Add((untold.Run.RunId, new RunInput.Hold(untold.TaskId, $"Waits: {reason}.")));
        }
    }
}
