using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Access;
using Orchestrator.Dispatch;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Context;

/// <summary>
/// Shared memory of a run's tasks. An attempt sees what is stored and what it has itself staged; others see its writes
/// together with its result. Any replica answers.
/// </summary>
[Needs(Permissions.AttemptsCall)]
internal sealed class ContextGrpcService(
    IRunStore store, RunCommands commands, RunReader reader, AttemptCredentials credentials, TimeProvider time) : ContextService.ContextServiceBase
{
    private const int MaxKeyLength = 200;
    private const int MaxValueBytes = 256 * 1024;

    public override async Task<GetEntryResponse> GetEntry(GetEntryRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckKey(request.Scope, request.Key);
        if (await StagedAsync(credential, request.Key, context.CancellationToken) is { } own)
        {
            return new GetEntryResponse { Entry = ContextEntry.Parser.ParseFrom(own.Value) };
        }

        var record = await store.GetContextAsync(credential.RunId, StagedContext.RunScope, request.Key, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"key: there is no entry '{request.Key}'."));
        return new GetEntryResponse { Entry = Parse(record) };
    }

    public override async Task<PutEntryResponse> PutEntry(PutEntryRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckKey(request.Scope, request.Key);
        if (request.Key.StartsWith(Runs.Guidance.KeyPrefix, StringComparison.Ordinal))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"key: '{request.Key}' is for what people tell the run; agents write under other keys."));
        }

        var found = await store.GetContextAsync(credential.RunId, StagedContext.RunScope, request.Key, context.CancellationToken);
        var current = found?.Version ?? 0;
        var first = await StagedAsync(credential, request.Key, context.CancellationToken);
        if (first is null && request.ExpectedVersion is { } expected && expected != current)
        {
            throw new RpcException(new Status(StatusCode.Aborted, $"expected_version: '{request.Key}' has version {current}, not {expected}."));
        }

        if (first is null)
        {
            await CheckCountAsync(credential, context.CancellationToken);
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

        // A later write to the same key takes the place of the first, but keeps what that one expected.
        var stage = new StageCommand
        {
            TaskId = credential.TaskId,
            Attempt = credential.Attempt,
            Key = request.Key,
            HasExpectedVersion = first?.HasExpectedVersion ?? request.ExpectedVersion is not null,
            ExpectedVersion = first?.ExpectedVersion ?? request.ExpectedVersion ?? 0,
            Value = entry.ToByteString(),
            Base = first?.Base ?? (found is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(found.Value)),
        };
        CommandAnswer answer;
        try
        {
            answer = await commands.SendAsync(new InboxCommand { RunId = credential.RunId, Stage = stage }, context.CancellationToken);
        }
        catch (RunUnavailableException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }

        return answer.Code.Length == 0
            ? new PutEntryResponse { Version = entry.Version }
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, answer.Message));
    }

    public override async Task<ListEntriesResponse> ListEntries(ListEntriesRequest request, ServerCallContext context)
    {
        var credential = credentials.Require(context);
        CheckScope(request.Scope);
        var entries = new SortedDictionary<string, ContextEntry>(StringComparer.Ordinal);
        await foreach (var record in store.ListContextAsync(credential.RunId, StagedContext.RunScope, context.CancellationToken))
        {
            entries[record.Key] = Parse(record);
        }

        await foreach (var record in store.ListContextAsync(credential.RunId, StagedContext.Scope(credential.TaskId, credential.Attempt), context.CancellationToken))
        {
            if (StagedContext.Parse(record) is { } own)
            {
                entries[record.Key] = ContextEntry.Parser.ParseFrom(own.Value);
            }
        }

        var response = new ListEntriesResponse();
        response.Entries.Add(entries.Values.Where(entry => entry.Key.StartsWith(request.KeyPrefix, StringComparison.Ordinal)));
        return response;
    }

    private async ValueTask<StageCommand?> StagedAsync(AttemptCredential credential, string key, CancellationToken ct) =>
        StagedContext.Parse(await store.GetContextAsync(credential.RunId, StagedContext.Scope(credential.TaskId, credential.Attempt), key, ct));

    private async Task CheckCountAsync(AttemptCredential credential, CancellationToken ct)
    {
        if (await reader.ReadAsync(credential.RunId, state => state?.Find(credential.TaskId)?.StagedKeys.Count ?? 0, ct) >= StagedContext.MaxEntries)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"An attempt may write {StagedContext.MaxEntries} entries."));
        }
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
        var entry = ContextEntry.Parser.ParseFrom(record.Value.Span);
        entry.Version = record.Version;
        return entry;
    }
}
