using System.Collections.Concurrent;
using Agents.Workspaces.Packing;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>
/// Packed workspaces, looked at before a run gets one: read once from beginning to end, nothing is unpacked to disk. The same
/// content is always judged alike, so what was found good lately is not read again.
/// </summary>
internal sealed class PackedWorkspaces(IArtifactStore artifacts, IOptions<PackedWorkspaceOptions> options) : IDisposable
{
    /// <summary>How many are known to be good.</summary>
    public const int MaxKept = 1024;

    // Reading costs a processor; submissions that need none must not wait behind many of those.
    private readonly SemaphoreSlim _reading = new(2);
    private readonly ConcurrentDictionary<string, WorkspaceSurvey> _good = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Checks that a tenant has it and that it is one.</summary>
    /// <returns>The reference as it is stored, and what is in it.</returns>
    /// <exception cref="RequestRefusedException">It is not there, or breaks a rule; the message says which.</exception>
    public async Task<(ArtifactRef Reference, WorkspaceSurvey Survey)> TakeAsync(ArtifactRef given, string tenant, CancellationToken ct)
    {
        var id = ArtifactIds.ToStore(given.Id, "workspace.artifact.id");
        var info = await artifacts.RenewAsync(tenant, id, ct) ?? throw Missing(given.Id);
        if (!_good.TryGetValue(id, out var survey))
        {
            await _reading.WaitAsync(ct);
            try
            {
                if (!_good.TryGetValue(id, out survey))
                    Keep(id, survey = await ReadAsync(tenant, id, ct) ?? throw Missing(given.Id));
            }
            finally
            {
                _reading.Release();
            }
        }

        return (new ArtifactRef { Id = ArtifactIds.ToWire(id), Name = given.Name, MediaType = info.MediaType, Size = info.Size }, survey);
    }

    public void Dispose() => _reading.Dispose();

    // Null: it is gone.
    private async Task<WorkspaceSurvey?> ReadAsync(string tenant, string id, CancellationToken ct)
    {
        if (await artifacts.OpenAsync(tenant, id, ct) is not { } content)
            return null;
        await using (content)
        {
            var count = new WorkspaceSurvey.Count();
            try
            {
                var limits = options.Value;
                await using var reader = new PackedReader(content, new PackedLimits(limits.MaxBytes, limits.MaxEntries, limits.MaxRatio));
                while (await reader.NextAsync(ct) is { } entry)
                {
                    if (!entry.IsFolder)
                        count.Add(entry.Path);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or ArtifactHashException)
            {
                throw Refused("WORKSPACE_UNREADABLE", $"workspace.artifact.id is '{ArtifactIds.ToWire(id)}'; it is no packed workspace (tar, gzip) that can be used: {exception.Message}");
            }

            return count.Survey(complete: true);
        }
    }

    private void Keep(string id, WorkspaceSurvey survey)
    {
        _good[id] = survey;
        _order.Enqueue(id);
        if (_order.Count > MaxKept && _order.TryDequeue(out var oldest))
            _good.TryRemove(oldest, out _);
    }

    private static RequestRefusedException Missing(string id) =>
        Refused("WORKSPACE_MISSING", $"workspace.artifact.id is '{id}'; there is no such artifact: upload it first.");

    private static RequestRefusedException Refused(string code, string message) => new(StatusCode.InvalidArgument, code, message, "workspace.artifact.id");
}
