using Protos.V1;

namespace Orchestrator.Console.Runs.History;

/// <summary>What pages show of a run's log, made by reading each event once.</summary>
internal sealed class RunHistory
{
    private readonly Causes _causes = new();
    private readonly List<HistoryRow> _rows = [];
    private readonly List<SpendPoint> _spending = [];
    private readonly Dictionary<string, TaskTrack> _tracks = new(StringComparer.Ordinal);

    /// <summary>Version of the last event that is in it.</summary>
    public long Version { get; private set; }

    /// <summary>One for each event, in order: that of version n is at n − 1.</summary>
    public IReadOnlyList<HistoryRow> Rows => _rows;

    /// <summary>What was used, after each attempt that said so.</summary>
    public IReadOnlyList<SpendPoint> Spending => _spending;

    /// <summary>Where the time of each task went, in the order in which they began.</summary>
    public IEnumerable<TaskTrack> Tracks => _tracks.Values;

    /// <summary>Where the time of a task went; null: it has not begun.</summary>
    public TaskTrack? Track(string taskId) => _tracks.GetValueOrDefault(taskId);

    /// <summary>Takes the next event in.</summary>
    public void Add(RunEvent e)
    {
        Version = e.Version;
        var time = e.Time?.ToDateTimeOffset() ?? default;
        var (kind, taskId) = EventWords.Of(e);
        var (text, tone) = EventWords.Say(e);
        _rows.Add(new HistoryRow(e.Version, time, kind, taskId, text, tone, _causes.Of(e, taskId)));
        if (e.BodyCase is RunEvent.BodyOneofCase.RunCompleted or RunEvent.BodyOneofCase.RunFailed or RunEvent.BodyOneofCase.RunCancelled)
        {
            foreach (var track in _tracks.Values)
            {
                track.End(time);
            }
        }
        else if (taskId.Length > 0)
        {
            if (!_tracks.TryGetValue(taskId, out var track))
                _tracks[taskId] = track = new TaskTrack(taskId);
            track.Add(e, time);
        }

        if (UsageOf(e) is { } usage && usage.InputTokens + usage.OutputTokens + usage.CostMicros > 0)
        {
            var last = _spending.Count > 0 ? _spending[^1] : new SpendPoint(time, 0, 0);
            _spending.Add(new SpendPoint(time, last.Tokens + usage.InputTokens + usage.OutputTokens, last.CostMicros + usage.CostMicros));
        }
    }

    private static Usage? UsageOf(RunEvent e) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.TaskOutput => e.TaskOutput.Usage,
        RunEvent.BodyOneofCase.AttemptFailed => e.AttemptFailed.Failure?.Usage,
        RunEvent.BodyOneofCase.SubRunEnded => e.SubRunEnded.Usage,
        _ => null,
    };
}
