using System.Net;
using Microsoft.Extensions.Logging;

namespace Transport;

/// <summary>Log events 3100-3119: certificates.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(3100, LogLevel.Information, "Certificate of {Setting}: {Subject}")]
    public static partial void InUse(ILogger logger, string setting, string subject);

    [LoggerMessage(3101, LogLevel.Information, "Certificates changed; new connections use them. {Setting}: {Subject}")]
    public static partial void Changed(ILogger logger, string setting, string subject);

    [LoggerMessage(3102, LogLevel.Error, "Certificates changed and cannot be used; the last good ones stay in use. {Trouble}")]
    public static partial void Broken(ILogger logger, string trouble);

    [LoggerMessage(3103, LogLevel.Warning, "Certificate of {Setting} expires soon: {Subject}")]
    public static partial void ExpiresSoon(ILogger logger, string setting, string subject);

    [LoggerMessage(3104, LogLevel.Warning, "Refused a connection from {Address}: {Reason}. {Before} more like it since the last that was told")]
    public static partial void Refused(ILogger logger, EndPoint? address, string reason, int before);
}
