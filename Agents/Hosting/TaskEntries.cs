using System.Text.Json;
using Agents.Hosting.Calls;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Hosting;

/// <summary>Shared memory of a run's tasks. What an attempt puts becomes visible to others together with its result, or never.</summary>
public sealed class TaskEntries
{
    private readonly IOrchestratorCalls _calls;
    private readonly AttemptCredential _credential;

    internal TaskEntries(IOrchestratorCalls calls, AttemptCredential credential)
    {
        _calls = calls;
        _credential = credential;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The entry with version and author. Null: there is none.</returns>
    public Task<ContextEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
        _calls.GetEntryAsync(_credential, new GetEntryRequest { Scope = ContextScope.Run, Key = key }, cancellationToken);

    /// <summary>Reads an entry's value as a record.</summary>
    /// <typeparam name="T">What it was put as.</typeparam>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The value. Null: there is no such entry.</returns>
    /// <exception cref="JsonException">The value has another shape.</exception>
    public async Task<T?> GetAsync<T>(string key, CancellationToken cancellationToken)
    {
        var entry = await GetAsync(key, cancellationToken);
        return entry?.Value is { } value ? AgentJson.FromValue<T>(value) : default;
    }

    /// <summary>Writes an entry.</summary>
    /// <typeparam name="T">A record or plain value.</typeparam>
    /// <param name="key">At most 200 characters.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <param name="expectedVersion">The version that was read; 0: there must be none. Null: whatever there is.</param>
    /// <returns>The version that the entry will have.</returns>
    /// <exception cref="Grpc.Core.RpcException">ABORTED: the entry has another version than expected.</exception>
    public Task<long> PutAsync<T>(string key, T value, CancellationToken cancellationToken, long? expectedVersion = null)
    {
        var request = new PutEntryRequest { Scope = ContextScope.Run, Key = key, Value = AgentJson.ToValue(value) };
        if (expectedVersion is { } version)
            request.ExpectedVersion = version;
        return _calls.PutEntryAsync(_credential, request, cancellationToken);
    }

    /// <summary>Lists entries.</summary>
    /// <param name="keyPrefix">What their keys begin with. Empty: all.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The entries.</returns>
    public Task<IReadOnlyList<ContextEntry>> ListAsync(string keyPrefix, CancellationToken cancellationToken) =>
        _calls.ListEntriesAsync(_credential, new ListEntriesRequest { Scope = ContextScope.Run, KeyPrefix = keyPrefix }, cancellationToken);
}
