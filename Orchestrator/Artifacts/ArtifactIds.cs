using Grpc.Core;
using Orchestrator.Processing;

namespace Orchestrator.Artifacts;

/// <summary>Ids of artifacts as the contracts write them (<c>sha256:…</c>), and as the store, which names files by them.</summary>
internal static class ArtifactIds
{
    private const string WirePrefix = "sha256:";

    /// <summary>The store's id. Takes the store's own form too.</summary>
    /// <param name="field">Where the id stood.</param>
    /// <exception cref="RequestRefusedException">It is no id.</exception>
    public static string ToStore(string id, string field)
    {
        var stored = id.StartsWith(WirePrefix, StringComparison.Ordinal) ? ArtifactNames.Prefix + id[WirePrefix.Length..] : id;
        return ArtifactNames.IsId(stored)
            ? stored
            : throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT",
                $"{field} is '{(id.Length <= 100 ? id : id[..100] + "…")}'; it must be '{WirePrefix}' and 64 lower-case hexadecimal digits.", field);
    }

    /// <summary>The id as the contracts write it.</summary>
    public static string ToWire(string id) =>
        id.StartsWith(ArtifactNames.Prefix, StringComparison.Ordinal) ? WirePrefix + id[ArtifactNames.Prefix.Length..] : id;
}
