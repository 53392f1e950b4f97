using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>Writes the log of the keys, where this replica owns its partition.</summary>
internal sealed class KeyKeeper(KeyLog log, KeyBook book, IRunStore store, TimeProvider time) : IPartitionTenant, IDisposable
{
    private const int MaxKeys = 10_000;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile PartitionLease? _lease;

    /// <summary>The lease of the log's partition; null: it is another's.</summary>
    public PartitionLease? Lease => _lease;

    public bool Owns(string logId) => logId == KeyLog.Id;

    public Task OnTakenAsync(int partition, IReadOnlyList<(string LogId, DateTimeOffset? WakeAt)> open, PartitionLease lease, CancellationToken ct)
    {
        if (partition == Partitions.Of(KeyLog.Id, store.PartitionCount))
            _lease = lease;
        return Task.CompletedTask;
    }

    public void OnLost(int partition)
    {
        if (partition == Partitions.Of(KeyLog.Id, store.PartitionCount))
            _lease = null;
    }

    public async Task<Storage.InboxAnswer> OnInboxAsync(InboxItem item, PartitionLease lease, CancellationToken ct)
    {
        KeyAnswer answer;
        try
        {
            answer = await WriteAsync(KeyCommand.Parser.ParseFrom(item.Data.Span), lease, ct);
        }
        catch (RequestRefusedException e)
        {
            answer = new KeyAnswer { Status = (int)e.GrpcCode, Code = e.Code, Message = e.Message, Field = e.Field ?? "" };
        }

        return new Storage.InboxAnswer(item.Id, answer.ToByteArray());
    }

    /// <summary>Does what is asked, once.</summary>
    /// <exception cref="RequestRefusedException">It cannot be done.</exception>
    /// <exception cref="LeaseLostException">The log is kept elsewhere by now.</exception>
    public async Task<KeyAnswer> WriteAsync(KeyCommand command, PartitionLease lease, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            while (true)
            {
                var version = await log.CatchUpAsync(ct);
                if (Settled(command) is { } answer)
                    return answer;
                if (await log.AppendAsync(lease, version, command.Event, ct))
                {
                    await log.CatchUpAsync(ct);
                    return new KeyAnswer { Key = book.Find(IdOf(command.Event))?.Record };
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private static string IdOf(KeyEvent e) => e.BodyCase switch
    {
        KeyEvent.BodyOneofCase.Created => e.Created.Id,
        KeyEvent.BodyOneofCase.Revoked => e.Revoked.Id,
        _ => e.Used.Id,
    };

    // What is done already, or must not be done.
    private KeyAnswer? Settled(KeyCommand command)
    {
        if (command.Event.Created is { } created)
        {
            if (created.RequestId.Length > 0 && book.Stored.FirstOrDefault(key => key.Record.RequestId == created.RequestId) is { } made)
                return new KeyAnswer { Key = made.Record, RepeatedRequest = true };
            if (command.OnlyFirst && book.Stored.FirstOrDefault() is { } first)
                return new KeyAnswer { Key = first.Record, RepeatedRequest = true };
            if (book.Find(created.Id) is not null)
                throw new RequestRefusedException(StatusCode.AlreadyExists, "KEY_EXISTS", $"There is a key {ApiKeyText.Prefix}{created.Id} already.");
            if (book.Stored.Count() >= MaxKeys)
                throw new RequestRefusedException(StatusCode.ResourceExhausted, "TOO_MANY_KEYS", $"There are {MaxKeys} keys; more are not kept.");
            created.CreatedAt = Timestamp.FromDateTimeOffset(time.GetUtcNow());
            return null;
        }

        var id = IdOf(command.Event);
        var known = book.Stored.FirstOrDefault(key => key.Id == id) ?? throw KeyDesk.Unknown(ApiKeyText.Prefix + id);
        return command.Event.Revoked is not null && known.Record.RevokedAt is not null ? new KeyAnswer { Key = known.Record } : null;
    }
}
