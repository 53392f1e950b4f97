using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Api.Rest;

/// <summary>Settings of the REST API, in the section <c>Api</c>.</summary>
internal sealed class RestOptions
{
    /// <summary>Seconds between comments that keep an idle stream of events open. Default: 15.</summary>
    [Range(0.05, 300)]
    public double HeartbeatSeconds { get; set; } = 15;
}
