namespace Orchestrator.Storage.Embedded;

/// <summary>
/// Inboxes of partitions and members of groups, for the one process that has the store open. They are in memory only:
/// a crash takes whoever asked, and every member, with it.
/// </summary>
internal sealed class EmbeddedInbox(TimeProvider clock, int partitions)
{
    private static readonly TimeSpan KeepAnswers = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly List<InboxItem>[] _items = [.. Enumerable.Range(0, partitions).Select(_ => new List<InboxItem>())];
    private readonly Dictionary<(int Partition, string Id), InboxAnswer> _answers = [];
    private readonly Queue<(long ExpiresAt, (int, string) Key)> _expiries = new();
    private readonly Dictionary<string, Dictionary<string, (Member Member, long ExpiresAt)>> _groups = new(StringComparer.Ordinal);

    /// <returns>True when it was put; false when it was there or was answered.</returns>
    public bool Put(InboxItem item)
    {
        var partition = Partitions.Of(item.RunId, partitions);
        lock (_gate)
        {
            Sweep();
            if (_answers.ContainsKey((partition, item.Id)) || _items[partition].Exists(i => i.Id == item.Id))
            {
                return false;
            }

            _items[partition].Add(item with { Data = item.Data.ToArray() });
            return true;
        }
    }

    public IReadOnlyList<InboxItem> Read(int partition)
    {
        lock (_gate)
        {
            return [.. _items[partition]];
        }
    }

    /// <summary>The first answer to an item stands.</summary>
    public void Answer(int partition, IReadOnlyList<InboxAnswer> answers)
    {
        if (answers.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Sweep();
            foreach (var answer in answers)
            {
                _items[partition].RemoveAll(i => i.Id == answer.Id);
                if (_answers.TryAdd((partition, answer.Id), answer with { Data = answer.Data.ToArray() }))
                {
                    _expiries.Enqueue((After(KeepAnswers), (partition, answer.Id)));
                }
            }
        }
    }

    public InboxAnswer? AnswerOf(int partition, string id)
    {
        lock (_gate)
        {
            Sweep();
            return _answers.GetValueOrDefault((partition, id));
        }
    }

    /// <returns>True when the member is new or changed; false when it was renewed.</returns>
    public bool PutMember(string group, Member member, TimeSpan duration)
    {
        lock (_gate)
        {
            var members = Living(group);
            var changed = !members.TryGetValue(member.Id, out var old) || !old.Member.Data.Span.SequenceEqual(member.Data.Span);
            members[member.Id] = (changed ? member with { Data = member.Data.ToArray() } : old.Member, After(duration));
            _groups[group] = members;
            return changed;
        }
    }

    /// <returns>True when it was there.</returns>
    public bool RemoveMember(string group, string id)
    {
        lock (_gate)
        {
            return Living(group).Remove(id);
        }
    }

    public IReadOnlyList<Member> Members(string group)
    {
        lock (_gate)
        {
            return [.. Living(group).Values.Select(m => m.Member).OrderBy(m => m.Id, StringComparer.Ordinal)];
        }
    }

    private Dictionary<string, (Member Member, long ExpiresAt)> Living(string group)
    {
        if (!_groups.TryGetValue(group, out var members))
        {
            return new(StringComparer.Ordinal);
        }

        var now = clock.GetTimestamp();
        foreach (var (id, member) in members)
        {
            if (member.ExpiresAt <= now)
            {
                members.Remove(id);
            }
        }

        return members;
    }

    private void Sweep()
    {
        var now = clock.GetTimestamp();
        while (_expiries.TryPeek(out var next) && next.ExpiresAt <= now)
        {
            _answers.Remove(_expiries.Dequeue().Key);
        }
    }

    private long After(TimeSpan duration) => clock.GetTimestamp() + AcquireOperation.Timestamp(clock, duration);
}
