using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>What every call about an attempt must say.</summary>
internal static class AssignmentCheck
{
    // Orchestrators make none of more than 200.
    private const int MaxId = 256;

    public static void Throw(TaskAssignment? assignment, string role, TimeProvider time)
    {
        if (assignment is null)
            throw Invalid("assignment is missing.");

        Throw(assignment.Credential, "assignment.credential");
        if (assignment.ToAgent.Length > 0 && !IsFor(assignment.ToAgent, role))
            throw Invalid($"assignment.to_agent is \"{assignment.ToAgent}\"; this is {role}.");
        _ = Moment(assignment.Deadline, "assignment.deadline");
        if (Moment(assignment.Credential.ExpiresAt, "assignment.credential.expires_at") is { } expiry && expiry <= time.GetUtcNow())
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"assignment.credential expired at {expiry:O}."));
    }

    public static void Throw(AttemptCredential? credential, string field)
    {
        if (credential is null)
            throw Invalid($"{field} is missing.");
        Id(credential.RunId, $"{field}.run_id");
        Id(credential.TaskId, $"{field}.task_id");
        if (credential.Attempt < 1)
            throw Invalid($"{field}.attempt is {credential.Attempt}; attempts count from 1.");
    }

    // They are remembered for long after the attempt.
    private static void Id(string id, string field)
    {
        if (id.Length == 0)
            throw Invalid($"{field} is empty.");
        if (id.Length > MaxId)
            throw Invalid($"{field} has {id.Length} characters; at most {MaxId} are allowed.");
    }

    private static DateTimeOffset? Moment(Timestamp? given, string field)
    {
        try
        {
            return given?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Invalid($"{field} is {given!.Seconds} seconds and {given.Nanos} nanoseconds, which is no moment from the year 1 to 9999.");
        }
    }

    public static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));

    // `executor_1` means the role `executor`.
    private static bool IsFor(string toAgent, string role)
    {
        if (!toAgent.StartsWith(role, StringComparison.Ordinal))
            return false;

        var rest = toAgent.AsSpan(role.Length);
        return rest.IsEmpty || (rest.Length > 1 && rest[0] == '_' && !rest[1..].ContainsAnyExceptInRange('0', '9'));
    }
}
