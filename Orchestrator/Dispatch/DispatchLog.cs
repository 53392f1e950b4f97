namespace Orchestrator.Dispatch;

/// <summary>Log events 2000-2099: instances and attempts.</summary>
internal static partial class DispatchLog
{
    [LoggerMessage(2000, LogLevel.Information, "Instance {Name} ({InstanceId}) of {Role} joined at {Url}")]
    public static partial void Joined(ILogger logger, string name, string instanceId, string role, string url);

    [LoggerMessage(2001, LogLevel.Information, "Instance {Name} ({InstanceId}) of {Role} left: {Reason}")]
    public static partial void Left(ILogger logger, string name, string instanceId, string role, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Registration of {Name} ({Role}) refused: {Reason}")]
    public static partial void Refused(ILogger logger, string name, string role, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt} on {Instance} failed: {Code}: {Message}")]
    public static partial void AttemptFailed(ILogger logger, string runId, string taskId, int attempt, string instance, string code, string message);

    [LoggerMessage(2004, LogLevel.Debug, "Call back to {Instance} did not get through: {Message}")]
    public static partial void CallBackFailed(ILogger logger, string instance, string message);

    [LoggerMessage(2005, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: the stream from {Instance} broke ({Message}); attaching")]
    public static partial void Attaching(ILogger logger, string runId, string taskId, int attempt, string instance, string message);

    [LoggerMessage(2006, LogLevel.Error, "Run {RunId}, task {TaskId}: the attempt's runner stopped unexpectedly")]
    public static partial void RunnerBroke(ILogger logger, string runId, string taskId, Exception e);

    [LoggerMessage(2007, LogLevel.Warning, "Instance {Name} of {Role} is quarantined: {Why}")]
    public static partial void Quarantined(ILogger logger, string name, string role, string why);

    [LoggerMessage(2008, LogLevel.Information, "Instance {Name} of {Role} after its quarantine: {Found}")]
    public static partial void Probed(ILogger logger, string name, string role, string found);

    [LoggerMessage(2009, LogLevel.Information, "Instance {Name} of {Role} has proved itself and gets all its work again")]
    public static partial void Proved(ILogger logger, string name, string role);

    [LoggerMessage(2010, LogLevel.Information, "Instance {Name} ({InstanceId}) of {Role} is there by replica {ReplicaId}")]
    public static partial void JoinedElsewhere(ILogger logger, string name, string instanceId, string role, string replicaId);

    [LoggerMessage(2011, LogLevel.Warning, "Instances cannot be shared with other replicas now: {Message}")]
    public static partial void NotShared(ILogger logger, string message);
}
