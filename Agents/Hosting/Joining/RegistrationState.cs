using Microsoft.Extensions.Logging;

namespace Agents.Hosting.Joining;

/// <summary>Where the registration stands; each change is logged once, however often it is tried.</summary>
internal sealed class RegistrationState(ILogger logger)
{
    private string _said = "";
    private volatile bool _joined;

    public bool IsJoined => _joined;

    public void Joined(Uri orchestrator, string instanceId, string url)
    {
        _joined = true;
        _said = "";
        RegistrationLog.Joined(logger, orchestrator, instanceId, url);
    }

    public void Lost(Uri orchestrator, string reason)
    {
        if (_joined)
            RegistrationLog.Lost(logger, orchestrator, reason);
        else if (_said != "lost")
            RegistrationLog.NotThere(logger, orchestrator, reason);
        _joined = false;
        _said = "lost";
    }

    public void Refused(Uri orchestrator, string reason)
    {
        if (_said != reason)
            RegistrationLog.Refused(logger, orchestrator, reason);
        _joined = false;
        _said = reason;
    }
}

internal static partial class RegistrationLog
{
    [LoggerMessage(20, LogLevel.Information, "Joined {Orchestrator} as {InstanceId}, reachable at {Url}")]
    public static partial void Joined(ILogger logger, Uri orchestrator, string instanceId, string url);

    [LoggerMessage(21, LogLevel.Warning, "Lost {Orchestrator}: {Reason}. Joining again")]
    public static partial void Lost(ILogger logger, Uri orchestrator, string reason);

    [LoggerMessage(22, LogLevel.Information, "{Orchestrator} is not there yet: {Reason}. Trying until it is")]
    public static partial void NotThere(ILogger logger, Uri orchestrator, string reason);

    [LoggerMessage(23, LogLevel.Error, "{Orchestrator} refuses this agent: {Reason}")]
    public static partial void Refused(ILogger logger, Uri orchestrator, string reason);
}
