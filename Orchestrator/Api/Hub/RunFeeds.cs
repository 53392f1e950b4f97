using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Api.Hub;

/// <summary>The runs that somebody has subscribed to here.</summary>
internal sealed class RunFeeds(IRunEngine engine, IRunStore store, IOptions<LiveOptions> options, TimeProvider time)
{
    private const int CatchUp = 200;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Tenant, string RunId), Shared> _feeds = [];

    /// <summary>Every event after a version, once and in order, in JSON arrays; ends after the run's last event.</summary>
    /// <exception cref="RequestRefusedException">SLOW_SUBSCRIBER: what comes next is not kept any more; the message says from where to go on. Or as <see cref="IRunEngine.WatchAsync"/>.</exception>
    public async IAsyncEnumerable<JsonText> ReadAsync(string runId, long after, Principal principal, [EnumeratorCancellation] CancellationToken ct)
    {
        var shared = Join(runId, principal);
        try
        {
            var seen = after;
            var isLive = false;
            while (true)
            {
                var look = shared.Feed.After(seen);
                foreach (var frame in look.Frames)
                {
                    yield return frame.After(seen);
                    seen = frame.Last;
                    isLive = true;
                }

                if (look.Before > 0)
                {
                    if (isLive)
                    {
                        throw Slow(runId, seen);
                    }

                    // What was there before it came, or while it read that: from the store, at its own pace.
                    await foreach (var frame in StoredAsync(runId, seen, look.Before, principal, ct))
                    {
                        yield return frame.After(seen);
                        seen = frame.Last;
                    }
                }
                else if (look.Changed is { } changed)
                {
                    await changed.WaitAsync(ct);
                }
                else if (look.Frames.Count == 0)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await LeaveAsync(runId, principal, shared);
        }
    }

    private async IAsyncEnumerable<Frame> StoredAsync(string runId, long after, long to, Principal principal, [EnumeratorCancellation] CancellationToken ct)
    {
        var events = new List<RunEvent>();
        await foreach (var e in engine.WatchAsync(runId, after, principal, ct))
        {
            events.Add(e);
            if (e.Version >= to || events.Count == CatchUp)
            {
                yield return Frame.Of(events);
                events.Clear();
            }

            if (e.Version >= to)
            {
                yield break;
            }
        }
    }

    private Shared Join(string runId, Principal principal)
    {
        lock (_lock)
        {
            var key = (principal.Tenant, runId);
            if (!_feeds.TryGetValue(key, out var shared) || shared.Feed.IsOver)
            {
                var feed = new RunFeed(engine, runId, principal, async ct => await store.GetVersionAsync(runId, ct), options.Value, time);
                shared = _feeds[key] = new Shared(feed);
                shared.Start();
            }

            shared.Subscribers++;
            return shared;
        }
    }

    private async Task LeaveAsync(string runId, Principal principal, Shared shared)
    {
        lock (_lock)
        {
            if (--shared.Subscribers > 0)
            {
                return;
            }

            var key = (principal.Tenant, runId);
            if (_feeds.GetValueOrDefault(key) == shared)
            {
                _feeds.Remove(key);
            }
        }

        await shared.StopAsync();
    }

    private static RequestRefusedException Slow(string runId, long seen) => new(
        StatusCode.ResourceExhausted, "SLOW_SUBSCRIBER", $"The subscription to run '{runId}' has fallen too far behind and is dropped; subscribe again with after_version {seen}.", "after_version");

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes it")]
    private sealed class Shared(RunFeed feed)
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _following = Task.CompletedTask;

        public RunFeed Feed => feed;

        public int Subscribers { get; set; }

        // It outlives the call that it was made for: it must not carry its trace.
        public void Start()
        {
            using (ExecutionContext.SuppressFlow())
            {
                _following = Task.Run(() => feed.FollowAsync(_stop.Token));
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _following;
            _stop.Dispose();
        }
    }
}
