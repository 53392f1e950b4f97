using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>What a running copy of a resource needs of the application.</summary>
internal sealed record ResourceServices(
    IServiceProvider Provider,
    IDistributedApplicationEventing Eventing,
    ResourceNotificationService Notifications,
    ResourceLoggerService Logs,
    LaunchPlan Plan,
    TimeProvider Clock,
    ILogger<LocalHost> Logger)
{
    /// <summary>The reports of a resource whose checks have not been made yet.</summary>
    public static ImmutableArray<HealthReportSnapshot> PendingHealth(IResource resource) =>
        [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => new HealthReportSnapshot(h.Key, Status: null, Description: null, ExceptionText: null))];
}

/// <summary>What the host says in its own log.</summary>
internal static partial class LocalLog
{
    [LoggerMessage(1, LogLevel.Error, "{Resource} could not start: {Reason}")]
    public static partial void FailedToStart(ILogger logger, string resource, string reason);

    [LoggerMessage(2, LogLevel.Warning, "{Resource} did not end within {Seconds} s of SIGTERM and was killed")]
    public static partial void Killed(ILogger logger, string resource, double seconds);

    [LoggerMessage(3, LogLevel.Information, "{Resource} finished after {Seconds:0.0} s")]
    public static partial void Finished(ILogger logger, string resource, double seconds);

    [LoggerMessage(4, LogLevel.Error, "{Resource} ended unexpectedly with exit code {ExitCode} after {Seconds:0.0} s; its last lines:\n{Lines}")]
    public static partial void Died(ILogger logger, string resource, int exitCode, double seconds, string lines);

    [LoggerMessage(5, LogLevel.Warning, "The program that started the app host has gone; stopping")]
    public static partial void ParentGone(ILogger logger);

    [LoggerMessage(6, LogLevel.Error, "A listener to events of {Resource} failed")]
    public static partial void ListenerFailed(ILogger logger, string resource, Exception error);
}
