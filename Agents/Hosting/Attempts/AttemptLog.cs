using Microsoft.Extensions.Logging;

namespace Agents.Hosting.Attempts;

internal static partial class AttemptLog
{
    [LoggerMessage(10, LogLevel.Debug, "Attempt {Number} at {Run}/{Task} ({TaskType}) started")]
    public static partial void Started(ILogger logger, string run, string task, int number, string taskType);

    [LoggerMessage(11, LogLevel.Error, "Attempt {Number} at {Run}/{Task} threw something unexpected")]
    public static partial void Threw(ILogger logger, string run, string task, int number, Exception exception);

    [LoggerMessage(12, LogLevel.Information, "Attempt {Number} at {Run}/{Task} failed: {Code}: {Reason}")]
    public static partial void Failed(ILogger logger, string run, string task, int number, string code, string reason, Exception? exception);

    [LoggerMessage(13, LogLevel.Warning, "The result of attempt {Number} at {Run}/{Task} is forgotten: {Reason}")]
    public static partial void ResultDropped(ILogger logger, string run, string task, int number, string reason);

    [LoggerMessage(14, LogLevel.Warning, "Attempt {Number} at {Run}/{Task} was asked to end ({Stop}) and its code goes on; it is reported as failed, and its place stays taken")]
    public static partial void Unresponsive(ILogger logger, string run, string task, int number, StopReason stop);

    [LoggerMessage(15, LogLevel.Information, "Stopping: {Running} attempts are running and have {Seconds} seconds to finish")]
    public static partial void Draining(ILogger logger, int running, int seconds);

    [LoggerMessage(16, LogLevel.Warning, "{Running} attempts did not finish in time and are cancelled")]
    public static partial void DrainCancels(ILogger logger, int running);

    [LoggerMessage(17, LogLevel.Information, "Drained")]
    public static partial void Drained(ILogger logger);
}
