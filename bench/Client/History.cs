using Google.Protobuf;
using Protos.V1;

namespace Bench.Client;

/// <summary>The history of one run, and what is wrong with it.</summary>
internal sealed class History(string runId)
{
    private readonly HashSet<(string Task, int Attempt)> _started = [];
    private readonly Dictionary<string, int> _outputs = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];
    private bool _completed;

    public long Events { get; private set; }

    /// <summary>Size of its events as they are stored.</summary>
    public long Bytes { get; private set; }

    public void Take(RunEvent e)
    {
        Events++;
        Bytes += e.CalculateSize();
        Check(e.Version == Events, $"event {Events} has version {e.Version}");
        Check(!_completed, $"event {e.Version} follows the end");
        Check(Events == 1 || e.PrevHash.Length > 0, $"event {e.Version} is not bound to the one before");
        switch (e.BodyCase)
        {
            case RunEvent.BodyOneofCase.TaskStarted:
                _started.Add((e.TaskStarted.TaskId, e.TaskStarted.Attempt));
                break;
            case RunEvent.BodyOneofCase.TaskOutput:
                var output = e.TaskOutput;
                Check(_started.Contains((output.TaskId, output.Attempt)), $"the output of {output.TaskId} was recorded before its attempt {output.Attempt}");
                _outputs[output.TaskId] = _outputs.GetValueOrDefault(output.TaskId) + 1;
                break;
            case RunEvent.BodyOneofCase.RunCompleted:
                _completed = true;
                break;
        }
    }

    /// <summary>All that is wrong, when so many tasks should have an output each.</summary>
    public IEnumerable<string> Violations(int tasks)
    {
        Check(_completed, "it has not completed");
        Check(_outputs.Count == tasks, $"{_outputs.Count} tasks have an output, not {tasks}");
        foreach (var (task, count) in _outputs)
        {
            Check(count == 1, $"{task} has {count} outputs");
        }

        return _violations.Select(violation => $"{runId}: {violation}");
    }

    private void Check(bool holds, string violation)
    {
        if (!holds)
        {
            _violations.Add(violation);
        }
    }
}
