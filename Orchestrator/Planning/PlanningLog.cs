namespace Orchestrator.Planning;

internal static partial class PlanningLog
{
    [LoggerMessage(2001, LogLevel.Information, "{Count} playbooks loaded from {Folder}")]
    public static partial void Loaded(ILogger logger, int count, string folder);

    [LoggerMessage(2002, LogLevel.Warning, "A playbook cannot be used: {Error}")]
    public static partial void BadPlaybook(ILogger logger, string error);
}
