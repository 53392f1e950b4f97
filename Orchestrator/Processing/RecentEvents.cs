using System.Collections.Concurrent;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>The last events of runs that are watched and worked on here, so that watchers need not read again what has just been stored.</summary>
internal sealed class RecentEvents
{
    private const int MaxEvents = 512;
    private readonly ConcurrentDictionary<string, Recent> _runs = new(StringComparer.Ordinal);

    /// <summary>Keeps a run's events until the answer is disposed of.</summary>
    public IDisposable Keep(string runId)
    {
        while (true)
        {
            var recent = _runs.GetOrAdd(runId, id => new Recent(this, id));
            if (recent.TryEnter())
            {
                return recent;
            }
        }
    }

    /// <summary>Takes events in that are stored now.</summary>
    public void Add(string runId, List<RunEvent> events)
    {
        if (events.Count > 0 && !_runs.IsEmpty && _runs.TryGetValue(runId, out var recent))
        {
            recent.Add(events);
        }
    }

    /// <summary>The events after a version, when the next one is known here; null: only the store knows.</summary>
    public IReadOnlyList<RunEvent>? After(string runId, long version) => _runs.TryGetValue(runId, out var recent) ? recent.After(version) : null;

    private sealed class Recent(RecentEvents all, string runId) : IDisposable
    {
        private readonly Queue<RunEvent> _events = new();
        private int _users;

        public bool TryEnter()
        {
            lock (_events)
            {
                if (_users < 0)
                {
                    return false;
                }

                _users++;
                return true;
            }
        }

        public void Add(List<RunEvent> events)
        {
            lock (_events)
            {
                if (_events.Count > 0 && events[0].Version <= LastVersion)
                {
                    return;
                }

                if (_events.Count > 0 && events[0].Version != LastVersion + 1)
                {
                    _events.Clear();
                }

                foreach (var e in events)
                {
                    _events.Enqueue(e);
                    LastVersion = e.Version;
                }

                while (_events.Count > MaxEvents)
                {
                    _events.Dequeue();
                }
            }
        }

        public IReadOnlyList<RunEvent>? After(long version)
        {
            lock (_events)
            {
                return _events.TryPeek(out var first) && first.Version <= version + 1 && version < LastVersion
                    ? [.. _events.Skip((int)(version + 1 - first.Version))]
                    : null;
            }
        }

        public void Dispose()
        {
            lock (_events)
            {
                if (--_users > 0)
                {
                    return;
                }

                _users = -1;
                ((ICollection<KeyValuePair<string, Recent>>)all._runs).Remove(new(runId, this));
            }
        }

        private long LastVersion { get; set; }
    }
}
