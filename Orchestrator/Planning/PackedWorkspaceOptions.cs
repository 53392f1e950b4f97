using System.ComponentModel.DataAnnotations;
using Agents.Workspaces.Packing;

namespace Orchestrator.Planning;

/// <summary>What packed workspaces may be; in the section <c>Workspaces</c>, by the same names as at agents.</summary>
internal sealed class PackedWorkspaceOptions
{
    /// <summary>Bytes of all files together, unpacked. Default: 4 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = new PackedLimits().MaxBytes;

    /// <summary>Files and folders. Default: 500,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; set; } = new PackedLimits().MaxEntries;

    /// <summary>Bytes that one packed byte may become, beyond the first 64 MiB. Default: 250.</summary>
    [Range(1, 2000)]
    public int MaxRatio { get; set; } = new PackedLimits().MaxRatio;
}
