using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Audit;

/// <summary>The settings of the section <c>Audit</c>.</summary>
internal sealed class AuditOptions
{
    /// <summary>The file with the key, base64 of 32 bytes or more; made when it is missing. Empty: <c>audit.key</c> beside the credential key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The folder of the signed heads; replicas share it, and it should not be where the store is. Empty: <c>audit</c> beside the credential key.</summary>
    public string Path { get; set; } = "";

    /// <summary>How old the signed head of a run that goes on may be.</summary>
    [Range(0.05, 3600)]
    public double CheckpointSeconds { get; set; } = 1;
}
