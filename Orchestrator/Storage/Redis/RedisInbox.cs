using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>Inboxes of partitions, and the members of groups: what replicas tell each other.</summary>
internal sealed class RedisInbox(RedisLink link, RedisKeys keys)
{
    public Task PutAsync(InboxItem item, CancellationToken ct)
    {
        var partition = Partitions.Of(item.RunId, keys.Partitions);
        return link.EvalAsync(
            RedisScript.PutInbox,
            [keys.Inbox(partition), keys.Answer(item.RunId, item.Id)],
            [item.Id, item.RunId, RedisAppend.Bytes(item.Data), keys.Channel(Watched.Inbox(partition))],
            ct);
    }

    public async Task<IReadOnlyList<InboxItem>> ReadAsync(int partition, CancellationToken ct)
    {
        var fields = await link.ReadAsync(db => db.HashGetAllAsync(keys.Inbox(partition)), "inbox", ct);
        var items = Array.ConvertAll(fields, f => Parse(f.Name!, (byte[]?)f.Value ?? []));
        Array.Sort(items, static (x, y) => x.At != y.At ? x.At.CompareTo(y.At) : string.CompareOrdinal(x.Item.Id, y.Item.Id));
        return Array.ConvertAll(items, i => i.Item);
    }

    public async Task AnswerAsync(PartitionLease lease, string runId, InboxAnswer answer, CancellationToken ct)
    {
        var held = (int)await link.EvalAsync(
            RedisScript.AnswerInbox,
            [keys.Lease(lease.Partition), keys.Inbox(lease.Partition), keys.Answer(runId, answer.Id)],
            [lease.Epoch, lease.Nonce, answer.Id, RedisAppend.Bytes(answer.Data), keys.Wake(runId)],
            ct);
        if (held == 0)
        {
            throw LeaseLostException.Of(lease);
        }
    }

    public async ValueTask<InboxAnswer?> AnswerOfAsync(string runId, string id, CancellationToken ct)
    {
        var data = await link.ReadAsync(db => db.StringGetAsync(keys.Answer(runId, id)), "answer", ct);
        return data.IsNull ? null : new InboxAnswer(id, (byte[]?)data ?? []);
    }

    public Task PutMemberAsync(string group, Member member, TimeSpan duration, CancellationToken ct) => link.EvalAsync(
        RedisScript.PutMember,
        [keys.Members(group), keys.MemberExpiries(group)],
        [member.Id, RedisAppend.Bytes(member.Data), (long)duration.TotalMilliseconds, keys.Channel(Watched.Members(group))],
        ct);

    public Task RemoveMemberAsync(string group, string id, CancellationToken ct) => link.EvalAsync(
        RedisScript.RemoveMember,
        [keys.Members(group), keys.MemberExpiries(group)],
        [id, keys.Channel(Watched.Members(group))],
        ct);

    public async Task<IReadOnlyList<Member>> MembersAsync(string group, CancellationToken ct)
    {
        var answer = (RedisValue[]?)await link.EvalAsync(RedisScript.Members, [keys.Members(group), keys.MemberExpiries(group)], [], ct) ?? [];
        var members = new Member[answer.Length / 2];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new Member(answer[2 * i]!, (byte[]?)answer[(2 * i) + 1] ?? []);
        }

        Array.Sort(members, static (x, y) => string.CompareOrdinal(x.Id, y.Id));
        return members;
    }

    // An item is stored as "microseconds run\ndata".
    private static (long At, InboxItem Item) Parse(string id, byte[] stored)
    {
        var split = Array.IndexOf(stored, (byte)'\n');
        var words = Encoding.ASCII.GetString(stored, 0, split).Split(' ');
        return (long.Parse(words[0], CultureInfo.InvariantCulture), new InboxItem(id, words[1], stored.AsMemory(split + 1)));
    }
}
