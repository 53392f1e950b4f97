namespace Orchestrator.Access;

internal static partial class AccessLog
{
    [LoggerMessage(1, LogLevel.Warning, "Access is open: whoever is on this machine may do everything, without a key (Access:Mode=keys demands keys)")]
    public static partial void Open(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "Access is open EVERYWHERE: whoever reaches {Addresses} may do everything, without a key (Access:Anonymous=everywhere)")]
    public static partial void OpenEverywhere(ILogger logger, string addresses);

    [LoggerMessage(3, LogLevel.Information, "Key {Key} '{Name}' of tenant '{Tenant}' with {Roles} was made by '{By}', expires {ExpiresAt}")]
    public static partial void Created(ILogger logger, string key, string name, string tenant, string roles, string by, string expiresAt);

    [LoggerMessage(4, LogLevel.Information, "Key {Key} '{Name}' of tenant '{Tenant}' was revoked by '{By}'")]
    public static partial void Revoked(ILogger logger, string key, string name, string tenant, string by);

    [LoggerMessage(5, LogLevel.Information, "Refused {Method} {Path}: {Reason}")]
    public static partial void Refused(ILogger logger, string method, string path, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The keys cannot be read: {Reason}")]
    public static partial void NotRead(ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Information, "Key {Key} '{Name}' of tenant '{Tenant}' signed in to the console")]
    public static partial void SignedIn(ILogger logger, string key, string name, string tenant);

    [LoggerMessage(7, LogLevel.Information, "Access demands keys: {Stored} stored, {Configured} configured")]
    public static partial void Demanded(ILogger logger, int stored, string configured);
}
