using System.Net.Sockets;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>What an answer, or none, of an instance means for an attempt.</summary>
internal static class AttemptFailures
{
    /// <summary>The failure that a status is; null: it says nothing about the attempt, the connection is the trouble.</summary>
    /// <param name="attached">Whether it is the answer to an Attach.</param>
    public static Failure? Of(RpcException e, string instance, bool attached) => e.StatusCode switch
    {
        StatusCode.NotFound when attached => Lost(instance, "it does not know the attempt"),
        StatusCode.ResourceExhausted when !attached => Transient(FailureCodes.InstanceFull, $"Instance {instance} is full."),
        StatusCode.FailedPrecondition => Transient(FailureCodes.InstanceRefused, $"Instance {instance} refused: {e.Status.Detail}"),
        StatusCode.InvalidArgument or StatusCode.Unimplemented or StatusCode.PermissionDenied or StatusCode.Unauthenticated => new Failure
        {
            Code = FailureCodes.InvalidInput,
            Message = $"Instance {instance} refused: {e.Status.Detail}",
            FailureClass = FailureClass.Permanent,
        },
        _ => null,
    };

    public static Failure Lost(string instance, string why) => Transient(FailureCodes.InstanceLost, $"Instance {instance} is lost: {why}.");

    public static Failure TimedOut(string instance, int limit) => Transient(
        FailureCodes.Timeout, $"No result from {instance} within the time limit{(limit > 0 ? $" of {limit} s" : "")}.");

    public static Failure InvalidInput(TaskAssignment assignment, IEnumerable<string> violations) => new()
    {
        Code = FailureCodes.InvalidInput,
        Message = $"The input breaks the contract of '{assignment.ToAgent}.{assignment.TaskType}': {string.Join("; ", violations)}",
        FailureClass = FailureClass.Permanent,
    };

    /// <summary>The output does not fit into what the tenant may store; another attempt's would not either.</summary>
    public static Failure NoRoom(RequestRefusedException full) => new() { Code = full.Code, Message = full.Message, FailureClass = FailureClass.Permanent };

    public static Failure Internal(Exception e) => Transient("INTERNAL", $"The orchestrator could not follow the attempt: {e.Message}");

    /// <summary>Whether the host answers that nothing listens on the port: the process is gone, so there is nothing to wait for.</summary>
    public static bool NothingListens(RpcException e)
    {
        for (var inner = e.Status.DebugException; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return true;
            }
        }

        return false;
    }

    private static Failure Transient(string code, string message) => new()
    {
        Code = code,
        Message = message,
        Retryable = true,
        FailureClass = FailureClass.Transient,
    };
}
