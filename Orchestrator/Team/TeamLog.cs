namespace Orchestrator.Team;

/// <summary>What is logged of being an agent of another orchestrator.</summary>
internal static partial class TeamLog
{
    [LoggerMessage(4100, LogLevel.Information, "Attempt {Attempt} at {MasterRun}/{Task} of the master is run {Run}")]
    public static partial void Started(ILogger logger, string masterRun, string task, int attempt, string run);

    [LoggerMessage(4101, LogLevel.Information, "The master came back for attempt {Attempt} at {MasterRun}/{Task}, run {Run}, after event {Seq}")]
    public static partial void Attached(ILogger logger, string masterRun, string task, int attempt, string run, long seq);

    [LoggerMessage(4102, LogLevel.Information, "Joined the master {Master} as {InstanceId}, role {Role}, reachable at {Url}")]
    public static partial void Joined(ILogger logger, string master, string instanceId, string role, string url);

    [LoggerMessage(4103, LogLevel.Warning, "The master {Master} is not there: {Reason}. Joining again until it is")]
    public static partial void Lost(ILogger logger, string master, string reason);

    [LoggerMessage(4104, LogLevel.Error, "The master {Master} refuses this team: {Reason}")]
    public static partial void Refused(ILogger logger, string master, string reason);
}
