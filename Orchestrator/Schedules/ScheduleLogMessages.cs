namespace Orchestrator.Schedules;

/// <summary>What is logged of schedules.</summary>
internal static partial class ScheduleLogMessages
{
    [LoggerMessage(4000, LogLevel.Information, "Schedule {Schedule}: the start of {At:O} is run {Run}")]
    public static partial void Fired(ILogger logger, string schedule, DateTimeOffset at, string run);

    [LoggerMessage(4001, LogLevel.Warning, "Schedule {Schedule}: the start of {At:O} came to nothing: {Reason}")]
    public static partial void Missed(ILogger logger, string schedule, DateTimeOffset at, string reason);

    [LoggerMessage(4002, LogLevel.Debug, "Schedule {Schedule}: the start of {At:O} is tried again: {Reason}")]
    public static partial void TriedAgain(ILogger logger, string schedule, DateTimeOffset at, string reason);

    [LoggerMessage(4003, LogLevel.Error, "Schedule {Schedule} cannot be worked on; it is tried again")]
    public static partial void Broke(ILogger logger, string schedule, Exception exception);
}
