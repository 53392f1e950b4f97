namespace Orchestrator.Storage;

/// <summary>
/// The durable memory of the orchestrator: for every run a log of events, with what is derived from it and must change
/// in the same breath (queue, index, wake time, context).
/// </summary>
/// <remarks>
/// <para>
/// The store knows events as bytes and versions, not rules. Versions of a log count from 1 without gaps; 0 is a run
/// that the store does not know.
/// </para>
/// <para>
/// Runs are hashed to partitions (<see cref="Partitions.Of"/>). Whoever holds the lease of a partition, and nobody
/// else, changes what belongs to it. A lease is fenced by epoch and nonce: once another owner has acquired the
/// partition, nothing that carries the old lease is recorded. Running out of time only lets others in: a lease that
/// expired and was not taken still works and can be renewed.
/// </para>
/// <para>
/// Every method may throw <see cref="StoreUnavailableException"/>, within the store's deadline. Each change can then
/// be repeated as it was: all of them are idempotent. Cancelling a change leaves its outcome open in the same way.
/// Times are kept to the millisecond where the store sorts by them (queue, wake, creation order).
/// </para>
/// <para>
/// Run ids, roles, tenants, scopes and batch ids: see <see cref="StoreLimits"/>. What breaks a rule is an
/// <see cref="ArgumentException"/> that names it.
/// </para>
/// </remarks>
public interface IRunStore : IAsyncDisposable
{
    /// <summary>The number of partitions: fixed per deployment, stored on the first open and checked on each later one.</summary>
    int PartitionCount { get; }

    /// <summary>
    /// Opens the store, once, before anything else: checks its settings, takes the lock of the folder, recovers.
    /// </summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StoreConfigurationException">A setting makes the store unsafe, or contradicts the stored data; the message says which and what to do.</exception>
    /// <exception cref="StoreDamagedException">Stored data is damaged; the message names file and offset.</exception>
    /// <exception cref="StoreUnavailableException">The server does not answer. Opening can be tried again.</exception>
    Task OpenAsync(CancellationToken ct);

    /// <summary>Acquires a partition that is free, or whose lease has run out, with a higher epoch than ever before.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="owner">Who asks, for people to read; it need not be unique.</param>
    /// <param name="duration">How long the lease lasts unless renewed, by the store's own clock.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The lease, or null while another holds the partition.</returns>
    Task<PartitionLease?> AcquireAsync(int partition, string owner, TimeSpan duration, CancellationToken ct);

    /// <summary>Prolongs a lease, counted from now.</summary>
    /// <param name="lease">A lease from <see cref="AcquireAsync"/>.</param>
    /// <param name="duration">How long it lasts from now on.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>False when the lease was released or another owner has acquired the partition.</returns>
    Task<bool> RenewAsync(PartitionLease lease, TimeSpan duration, CancellationToken ct);

    /// <summary>Gives a partition back at once. Does nothing when the lease is lost already.</summary>
    /// <param name="lease">A lease from <see cref="AcquireAsync"/>; it is of no use afterwards.</param>
    /// <param name="ct">Gives up.</param>
    Task ReleaseAsync(PartitionLease lease, CancellationToken ct);

    /// <summary>
    /// Does all of a batch or nothing. When it returns <see cref="AppendStatus.Appended"/> the batch is stored as
    /// durably as the store is set up to. A batch whose id was the last one appended to the run is not done again but
    /// answered alike, so a batch with an open outcome is settled by repeating it.
    /// </summary>
    /// <param name="lease">The lease of the partition that the run belongs to.</param>
    /// <param name="batch">What to record.</param>
    /// <param name="ct">Gives up; the outcome is then open.</param>
    /// <returns>Whether it was recorded, and if not, why.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be reached, or the outcome is unknown: repeat the same batch.</exception>
    ValueTask<AppendResult> AppendAsync(PartitionLease lease, AppendBatch batch, CancellationToken ct);

    /// <summary>Reads a run's events in order, in pages, to the end of the log as it is when the last page is read.</summary>
    /// <param name="runId">The run; an unknown one has no events.</param>
    /// <param name="afterVersion">The version after which to start; 0 reads all.</param>
    /// <param name="ct">Gives up.</param>
    IAsyncEnumerable<StoredEvent> ReadAsync(string runId, long afterVersion, CancellationToken ct);

    /// <summary>The version of the last event of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>0 when the run is unknown.</returns>
    ValueTask<long> GetVersionAsync(string runId, CancellationToken ct);

    /// <summary>
    /// Calls <paramref name="wake"/> when a run's log may have grown, in whichever replica. A wake-up carries nothing
    /// and may come once too often: whoever watches reads the log. It is also called once as soon as the watch is in
    /// place, and after a broken connection, so that nothing between is missed.
    /// </summary>
    /// <param name="runId">The run; it need not exist yet.</param>
    /// <param name="wake">Called on a pool thread; must not block. Calls do not overlap for one watch.</param>
    /// <returns>Ends the watch.</returns>
    IAsyncDisposable Watch(string runId, Action wake);

    /// <summary>The runs of a partition that are not terminal, with the time at which each wants to be woken.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="ct">Gives up.</param>
    IAsyncEnumerable<(string RunId, DateTimeOffset? WakeAt)> ReadOpenRunsAsync(int partition, CancellationToken ct);

    /// <summary>How many runs of a tenant are not terminal, over all partitions. Runs that were never indexed belong to nobody.</summary>
    /// <param name="tenant">Whose runs.</param>
    /// <param name="ct">Gives up.</param>
    Task<long> CountOpenRunsAsync(string tenant, CancellationToken ct);

    /// <summary>All that waits in a partition's queue: highest priority first, then oldest first, then by id.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="ct">Gives up.</param>
    IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, CancellationToken ct);

    /// <summary>Lists a tenant's runs over all partitions, newest first.</summary>
    /// <param name="query">Filters, page size and where to go on.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The cursor is not one that this method returned, or the limit is out of range.</exception>
    Task<RunPage> ListAsync(RunQuery query, CancellationToken ct);

    /// <summary>The index entry of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when the run is unknown or was never indexed.</returns>
    ValueTask<RunIndexEntry?> GetIndexAsync(string runId, CancellationToken ct);

    /// <summary>One context entry.</summary>
    /// <param name="runId">The run (or other log) whose appends wrote the entry.</param>
    /// <param name="scope">The entry's scope.</param>
    /// <param name="key">The entry's key.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<ContextRecord?> GetContextAsync(string runId, string scope, string key, CancellationToken ct);

    /// <summary>All entries of a scope, each once, in no particular order.</summary>
    /// <param name="runId">The run (or other log) whose appends wrote the entries.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="ct">Gives up.</param>
    IAsyncEnumerable<ContextRecord> ListContextAsync(string runId, string scope, CancellationToken ct);

    /// <summary>
    /// Keeps a snapshot of a run's state at a version. It replaces an older one; an older one never replaces a newer.
    /// </summary>
    /// <param name="lease">The lease of the run's partition.</param>
    /// <param name="runId">The run.</param>
    /// <param name="version">The version that the snapshot stands for; not above the log's.</param>
    /// <param name="snapshot">The state.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LeaseLostException">The lease is lost; nothing was stored.</exception>
    /// <exception cref="ArgumentException">The log has not reached the version.</exception>
    Task SaveSnapshotAsync(PartitionLease lease, string runId, long version, ReadOnlyMemory<byte> snapshot, CancellationToken ct);

    /// <summary>The latest snapshot of a run with its version.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<StoredEvent?> ReadSnapshotAsync(string runId, CancellationToken ct);

    /// <summary>
    /// Deletes a run: log, snapshot, index, queue entries, wake time, context. Nothing of it remains. Deleting an
    /// unknown run does nothing.
    /// </summary>
    /// <param name="lease">The lease of the run's partition.</param>
    /// <param name="runId">The run.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LeaseLostException">The lease is lost; nothing was deleted.</exception>
    Task DeleteRunAsync(PartitionLease lease, string runId, CancellationToken ct);

    /// <summary>What waits in a partition's queue for one role, in the order of <see cref="ReadQueueAsync(int, CancellationToken)"/>.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="role">The role.</param>
    /// <param name="ct">Gives up.</param>
    IAsyncEnumerable<QueueEntry> ReadQueueAsync(int partition, string role, CancellationToken ct);

    /// <summary>How much waits, by role, over all partitions.</summary>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<QueueDepth>> ReadQueueDepthsAsync(CancellationToken ct);

    /// <summary>The runs of a partition that were terminal before a moment, oldest first: what retention deletes.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="before">Runs whose index entry became not open before this moment, by the entry's <see cref="RunIndexEntry.UpdatedAt"/>.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<string>> ReadEndedRunsAsync(int partition, DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>
    /// Puts a request into the inbox of its run's partition; one whose id is there, or was answered within the last
    /// minute, changes nothing. Anybody may.
    /// </summary>
    /// <remarks>
    /// Inboxes and members live as long as what they connect: a store for one process keeps them in memory, because a
    /// crash takes whoever asked with it; one for several replicas keeps them as durably as everything else.
    /// </remarks>
    /// <param name="item">The request.</param>
    /// <param name="ct">Gives up.</param>
    Task PutInboxAsync(InboxItem item, CancellationToken ct);

    /// <summary>What waits in the inbox of a partition, oldest first.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<InboxItem>> ReadInboxAsync(int partition, CancellationToken ct);

    /// <summary>Takes an item out of the inbox when no append is the answer to it, and wakes those who watch its run. The first answer to an item stands.</summary>
    /// <param name="lease">The lease of the partition.</param>
    /// <param name="runId">The run that the item is about.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LeaseLostException">The lease is lost; nothing was stored.</exception>
    Task AnswerInboxAsync(PartitionLease lease, string runId, InboxAnswer answer, CancellationToken ct);

    /// <summary>The answer to an inbox item, for a minute after it was given.</summary>
    /// <param name="runId">The run that the item was about.</param>
    /// <param name="id">The item.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when there is none (yet).</returns>
    ValueTask<InboxAnswer?> ReadAnswerAsync(string runId, string id, CancellationToken ct);

    /// <summary>Calls <paramref name="wake"/> when something may have come into a partition's inbox; the rules of <see cref="Watch"/> hold.</summary>
    /// <param name="partition">0 to <see cref="PartitionCount"/> − 1.</param>
    /// <param name="wake">Called on a pool thread; must not block.</param>
    /// <returns>Ends the watch.</returns>
    IAsyncDisposable WatchInbox(int partition, Action wake);

    /// <summary>Makes a member known to all replicas, or renews it.</summary>
    /// <param name="group">E.g. <c>replicas</c>.</param>
    /// <param name="member">The record.</param>
    /// <param name="duration">How long it stays unless renewed, by the store's own clock.</param>
    /// <param name="ct">Gives up.</param>
    Task PutMemberAsync(string group, Member member, TimeSpan duration, CancellationToken ct);

    /// <summary>Takes a member away at once; an unknown one is ignored.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="id">The member.</param>
    /// <param name="ct">Gives up.</param>
    Task RemoveMemberAsync(string group, string id, CancellationToken ct);

    /// <summary>The members of a group whose time has not run out, by id.</summary>
    /// <param name="group">The group.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<Member>> ReadMembersAsync(string group, CancellationToken ct);

    /// <summary>Calls <paramref name="wake"/> when a member of a group came, changed or was taken away (not when its time ran out); the rules of <see cref="Watch"/> hold.</summary>
    /// <param name="group">The group.</param>
    /// <param name="wake">Called on a pool thread; must not block.</param>
    /// <returns>Ends the watch.</returns>
    IAsyncDisposable WatchMembers(string group, Action wake);

    /// <summary>Whether the store works now. Does not throw for a store that does not.</summary>
    /// <param name="ct">Gives up.</param>
    Task<StoreHealth> CheckAsync(CancellationToken ct);
}
