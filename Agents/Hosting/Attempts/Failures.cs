using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>Exceptions and reasons to stop, as data.</summary>
internal static class Failures
{
    public static Failure Of(Exception exception, Attempt attempt)
    {
        if (attempt.Stop != StopReason.None)
            return OfStop(attempt);

        if (exception is TaskFailedException known)
            return Create(known.Code, known.Message, known.Retryable, Details(known.Details));

        // What nobody foresaw may be a passing trouble of the machine or of a peer, so another attempt is worth it.
        return Create(FailureCodes.Internal, $"{exception.GetType().Name}: {exception.Message}", retryable: true, details: null);
    }

    public static Failure OfStop(Attempt attempt) => attempt.Stop switch
    {
        StopReason.TimedOut => Create(FailureCodes.Timeout, attempt.StopDetail, retryable: true, details: null),
        StopReason.Stopping => Create(FailureCodes.InstanceStopping, attempt.StopDetail, retryable: true, details: null),
        _ => Create(FailureCodes.Cancelled, attempt.StopDetail, retryable: false, details: null),
    };

    private static Failure Create(string code, string message, bool retryable, Struct? details) => new()
    {
        Code = code,
        Message = message,
        Retryable = retryable,
        Details = details,
        FailureClass = code switch
        {
            FailureCodes.InvalidOutput => FailureClass.InvalidOutput,
            FailureCodes.ToolDenied when !retryable => FailureClass.Refused,
            _ => retryable ? FailureClass.Transient : FailureClass.Permanent,
        },
    };

    private static Struct? Details(object? details)
    {
        if (details is null)
            return null;

        try
        {
            return StructJson.FromObject(details);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // The failure matters more than its details.
            return new Struct { Fields = { ["unreadable"] = Value.ForString(exception.Message) } };
        }
    }
}
