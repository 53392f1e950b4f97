using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Dispatch;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Context;

/// <summary>
/// Shared memory of a run's tasks. An attempt sees what is stored and what it has itself staged; others see its writes
/// together with its result.
/// </summary>
internal sealed class ContextGrpcService(
    IRunStore store, StagedContext staged, AttemptCredentials credentials, AttemptDirectory attempts, TimeProvider time) : ContextService.ContextServiceBase
{
    private const int MaxKeyLength = 200;
    private const int MaxValueBytes = 256 * 1024;
    private const string RunScope = "run";

    public override async Task<GetEntryResponse> GetEntry(GetEntryRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckKey(request.Scope, request.Key);
        var own = staged.Find(credential.RunId, credential.TaskId, credential.Attempt, RunScope, request.Key);
        if (own is not null)
        {
            return new GetEntryResponse { Entry = Parse(own.Value) };
        }

        var record = await store.GetContextAsync(credential.RunId, RunScope, request.Key, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"key: there is no entry '{request.Key}'."));
        return new GetEntryResponse { Entry = Parse(record) };
    }

    public override async Task<PutEntryResponse> PutEntry(PutEntryRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckKey(request.Scope, request.Key);
        await attempts.RequireRunningAsync(credential, context.CancellationToken);
        var current = (await store.GetContextAsync(credential.RunId, RunScope, request.Key, context.CancellationToken))?.Version ?? 0;
        if (request.ExpectedVersion is { } expected && expected != current)
        {
            throw new RpcException(new Status(StatusCode.Aborted, $"expected_version: '{request.Key}' has version {current}, not {expected}."));
        }

        var entry = new ContextEntry
        {
            Scope = ContextScope.Run,
            Key = request.Key,
            Version = current + 1,
            Value = request.Value ?? Value.ForNull(),
            RunId = credential.RunId,
            TaskId = credential.TaskId,
            Attempt = credential.Attempt,
            WrittenAt = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        };
        if (entry.CalculateSize() is > MaxValueBytes and var size)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"value: {size} bytes; at most {MaxValueBytes} are allowed. Use an artifact."));
        }

        var write = new ContextWrite(RunScope, request.Key, request.ExpectedVersion, entry.ToByteArray());
        return staged.Put(credential.RunId, credential.TaskId, credential.Attempt, write)
            ? new PutEntryResponse { Version = entry.Version }
            : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"An attempt may write {StagedContext.MaxEntries} entries."));
    }

    public override async Task<ListEntriesResponse> ListEntries(ListEntriesRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckScope(request.Scope);
        var entries = new SortedDictionary<string, ContextEntry>(StringComparer.Ordinal);
        await foreach (var record in store.ListContextAsync(credential.RunId, RunScope, context.CancellationToken))
        {
            entries[record.Key] = Parse(record);
        }

        foreach (var own in staged.Of(credential.RunId, credential.TaskId, credential.Attempt))
        {
            entries[own.Key] = Parse(own.Value);
        }

        var response = new ListEntriesResponse();
        response.Entries.Add(entries.Values.Where(entry => entry.Key.StartsWith(request.KeyPrefix, StringComparison.Ordinal)));
        return response;
    }

    private static void CheckKey(ContextScope scope, string key)
    {
        CheckScope(scope);
        if (key.Length is 0 or > MaxKeyLength || key.Any(char.IsControl))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"key: 1 to {MaxKeyLength} characters without control characters are wanted."));
        }
    }

    private static void CheckScope(ContextScope scope)
    {
        if (scope is not (ContextScope.Run or ContextScope.Unspecified))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"scope: {(int)scope} is not known here."));
        }
    }

    private static ContextEntry Parse(ContextRecord record)
    {
        var entry = Parse(record.Value);
        entry.Version = record.Version;
        return entry;
    }

    private static ContextEntry Parse(ReadOnlyMemory<byte> value) => ContextEntry.Parser.ParseFrom(value.Span);
}
