namespace Orchestrator.Policy;

/// <summary>Log events 2700-2799: policy.</summary>
internal static partial class PolicyLog
{
    [LoggerMessage(2700, LogLevel.Information, "Policy: {Rules} rules from {File}")]
    public static partial void Loaded(ILogger logger, int rules, string file);

    [LoggerMessage(2701, LogLevel.Error, "Policy: {File} cannot be used, the rules before it stay in force: {Message}")]
    public static partial void Broken(ILogger logger, string file, string message);

    [LoggerMessage(2702, LogLevel.Error, "Policy: {Opa} did not decide, the call of {Tool} is denied: {Message}")]
    public static partial void OpaFailed(ILogger logger, string opa, string tool, string message);
}
