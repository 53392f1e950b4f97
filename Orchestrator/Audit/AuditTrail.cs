using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Audit;

/// <summary>Verifies and exports the logs of runs, from the bytes in the store: no state is made of them, for they may be damaged.</summary>
internal sealed class AuditTrail(IRunStore store, AuditHeads heads)
{
    /// <exception cref="RequestRefusedException">NOT_FOUND: neither the store nor a signed head knows the run, or it is another tenant's.</exception>
    public async Task<AuditReport> VerifyAsync(string runId, Principal caller, CancellationToken ct)
    {
        var known = await heads.ReadAsync(runId, ct);
        await RequireAsync(runId, known, caller, ct);
        var verifier = new AuditVerifier(runId, known, heads.Key);
        await foreach (var stored in store.ReadAsync(runId, 0, ct))
        {
            verifier.Take(stored.Data.Span);
        }

        return verifier.Report();
    }

    /// <summary>All events as stored, and the last signed head in the last answer.</summary>
    /// <exception cref="RequestRefusedException">NOT_FOUND.</exception>
    public async IAsyncEnumerable<ExportRunResponse> ExportAsync(string runId, Principal caller, [EnumeratorCancellation] CancellationToken ct)
    {
        await RequireAsync(runId, known: [], caller, ct);
        await foreach (var stored in store.ReadAsync(runId, 0, ct))
        {
            yield return new ExportRunResponse
            {
                Event = RunEvent.Parser.ParseFrom(stored.Data.Span),
                Hash = Convert.ToHexStringLower(SHA256.HashData(stored.Data.Span)),
                Data = ByteString.CopyFrom(stored.Data.Span),
            };
        }

        if ((await heads.ReadAsync(runId, ct)).MaxBy(head => head.Version) is { } last)
        {
            yield return new ExportRunResponse { Head = last.ToLine() };
        }
    }

    // Of a run that the store no longer has, the heads tell whose it was.
    private async Task RequireAsync(string runId, List<AuditHead> known, Principal caller, CancellationToken ct)
    {
        var index = await store.GetIndexAsync(runId, ct);
        if (index is null ? !known.Exists(head => head.IsOf(caller.Tenant)) : index.Tenant != caller.Tenant)
        {
            throw new RequestRefusedException(StatusCode.NotFound, "UNKNOWN_RUN", $"run_id: there is no run '{runId}'.", "run_id");
        }
    }
}
