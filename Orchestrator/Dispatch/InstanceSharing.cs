using Google.Protobuf;
using Microsoft.Extensions.Options;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>
/// Tells the other replicas of the instances that joined this one, and learns of theirs: members of a group in the store
/// that live as long as the instance is heard of. An instance whose replica has died joins another, and its record goes
/// on under the same incarnation; nobody takes it for lost unless that takes longer than the liveness window.
/// </summary>
internal sealed class InstanceSharing(
    IRunStore store, AgentRegistry registry, Replica replica, TimeProvider time, IOptions<DispatchOptions> options, IHostApplicationLifetime lifetime, ILogger<InstanceSharing> logger)
    : BackgroundService
{
    private const string Group = "instances";
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private readonly Wakes _news = new(time);
    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Data, InstanceRecord Record)> _read = new(StringComparer.Ordinal);
    private bool _isUnavailable;

    private TimeSpan Period => TimeSpan.FromSeconds(options.Value.HeartbeatSeconds);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        registry.Changed += OnChanged;
        await using var watch = store.WatchMembers(Group, _news.Wake);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await ExchangeAsync(stoppingToken);
                await Task.Delay(ShortestPause < Period ? ShortestPause : Period, time, stoppingToken);
                await _news.WaitAsync(Period, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Instances that joined here go to another replica now: their records stay until that has told of them.
        }
        finally
        {
            registry.Changed -= OnChanged;
        }
    }

    private void OnChanged(Instance instance)
    {
        if (instance.Record is null)
        {
            _news.Wake();
        }
    }

    private async Task ExchangeAsync(CancellationToken ct)
    {
        try
        {
            await TellAsync(ct);
            await ReadAsync(ct);
            _isUnavailable = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Mostly the store cannot be reached. What is known stays as it is.
            if (!_isUnavailable)
            {
                DispatchLog.NotShared(logger, e.Message);
            }

            _isUnavailable = true;
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        var liveness = options.Value.Liveness;
        var joined = registry.All.Where(instance => instance.Joined is not null).ToDictionary(instance => instance.Id, StringComparer.Ordinal);
        foreach (var instance in joined.Values)
        {
            // One that is silent is not renewed, so that its record runs out when its time here does.
            var record = instance.ToRecord(replica.Id);
            var last = _told.GetValueOrDefault(instance.Id);
            var isHeard = last is null || instance.LastSeenAt > last.SeenAt;
            var age = last is null ? TimeSpan.Zero : time.GetElapsedTime(last.At);
            if (last is null || record.Health != last.Record.Health || record.Capacity != last.Record.Capacity
                || (isHeard && (age > liveness / 4 || (age >= Period && record.Running != last.Record.Running))))
            {
                await store.PutMemberAsync(Group, new Member(instance.Id, record.ToByteArray()), liveness, ct);
                _told[instance.Id] = new Told(record, instance.LastSeenAt, time.GetTimestamp());
            }
        }

        foreach (var id in _told.Keys.Where(id => !joined.ContainsKey(id)).ToList())
        {
            _told.Remove(id);
            if (!lifetime.ApplicationStopping.IsCancellationRequested && registry.Find(id)?.Record is null)
            {
                await store.RemoveMemberAsync(Group, id, ct);
            }
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var members = await store.ReadMembersAsync(Group, ct);
        var records = new List<InstanceRecord>(members.Count);
        foreach (var member in members)
        {
            if (!_read.TryGetValue(member.Id, out var known) || !known.Data.Span.SequenceEqual(member.Data.Span))
            {
                _read[member.Id] = known = (member.Data, InstanceRecord.Parser.ParseFrom(member.Data.Span));
            }

            if (known.Record.Registration is not null)
            {
                records.Add(known.Record);
            }
        }

        if (_read.Count > members.Count)
        {
            var there = members.Select(member => member.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var id in _read.Keys.Where(id => !there.Contains(id)).ToList())
            {
                _read.Remove(id);
            }
        }

        registry.Follow(records);
    }

    private sealed record Told(InstanceRecord Record, DateTimeOffset SeenAt, long At);
}
