namespace Orchestrator.Api.Hub;

internal static partial class HubLog
{
    [LoggerMessage(7100, LogLevel.Error, "A call of the hub failed.")]
    public static partial void Failed(ILogger logger, Exception failure);
}
