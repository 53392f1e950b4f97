using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>How one running copy of a resource is.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>The kind of resource: Project, Executable, Container, …</summary>
    public required string ResourceType { get; init; }

    /// <summary>Facts by name, such as <c>executable.pid</c>.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>The state; null before there is one.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>The exit code; null before there is one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it was started; null before.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When it stopped; null before.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>The variables that it was started with, those of this process excluded.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Where it listens.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>What its health checks said last.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>The worst of the reports; null while it does not run or a check has not answered yet.</summary>
    public HealthStatus? HealthStatus
    {
        get
        {
            if (State?.Text != KnownResourceStates.Running)
                return null;
            if (HealthReports.IsEmpty)
                return Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;
            return HealthReports.Any(r => r.Status is null) ? null : HealthReports.Min(r => r.Status);
        }
    }
}

/// <summary>The state of a resource.</summary>
/// <param name="Text">One of <see cref="KnownResourceStates"/>, or the resource's own.</param>
/// <param name="Style">One of <see cref="KnownResourceStateStyles"/>; null for none.</param>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>Makes a state of its text.</summary>
    /// <param name="s">The text; null gives null.</param>
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, Style: null);
}

/// <summary>A fact about a running copy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record ResourcePropertySnapshot(string Name, object? Value);

/// <summary>A variable that a running copy was started with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; may be a secret.</param>
/// <param name="IsFromSpec">Whether the application's description says so.</param>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>An address of a running copy.</summary>
/// <param name="Name">The endpoint's name.</param>
/// <param name="Url">The address.</param>
/// <param name="IsInternal">Whether it is of no use to people.</param>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);

/// <summary>What a health check said.</summary>
/// <param name="Name">The check.</param>
/// <param name="Status">Its verdict; null before the first one.</param>
/// <param name="Description">What it adds.</param>
/// <param name="ExceptionText">What it threw.</param>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText);

/// <summary>The states that the host itself uses.</summary>
public static class KnownResourceStates
{
    /// <summary>Waits to be started by hand.</summary>
    public static readonly string NotStarted = "NotStarted";

    /// <summary>Waits for other resources.</summary>
    public static readonly string Waiting = "Waiting";

    /// <summary>Is being started.</summary>
    public static readonly string Starting = "Starting";

    /// <summary>Runs.</summary>
    public static readonly string Running = "Running";

    /// <summary>Is being stopped.</summary>
    public static readonly string Stopping = "Stopping";

    /// <summary>Could not be started.</summary>
    public static readonly string FailedToStart = "FailedToStart";

    /// <summary>Ended by itself with another code than 0, or was killed.</summary>
    public static readonly string Exited = "Exited";

    /// <summary>Ended with code 0, or was stopped.</summary>
    public static readonly string Finished = "Finished";

    /// <summary>The states that a resource does not leave by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>The styles of states.</summary>
public static class KnownResourceStateStyles
{
    /// <summary>As wanted.</summary>
    public static readonly string Success = "success";

    /// <summary>Broken.</summary>
    public static readonly string Error = "error";

    /// <summary>Neutral.</summary>
    public static readonly string Info = "info";

    /// <summary>Worth a look.</summary>
    public static readonly string Warn = "warning";
}

/// <summary>A change of a running copy.</summary>
/// <param name="resource">The resource.</param>
/// <param name="resourceId">The copy: the resource's name and a suffix.</param>
/// <param name="snapshot">How it is now.</param>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The copy: the resource's name and a suffix.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>How it is now.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
