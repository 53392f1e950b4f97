using Grpc.Core;

namespace Orchestrator.Processing;

/// <summary>A request that is not carried out, and why. The API turns it into a gRPC status or problem details.</summary>
/// <param name="grpcCode">How gRPC tells it; REST derives its status from it.</param>
/// <param name="code">Upper snake case, e.g. <c>UNKNOWN_PLAYBOOK</c>; for programs.</param>
/// <param name="message">For people: names the field, the value and the rule.</param>
/// <param name="field">Path of the field at fault, e.g. <c>inputs.question</c>; null: no single one.</param>
internal sealed class RequestRefusedException(StatusCode grpcCode, string code, string message, string? field = null)
    : Exception(message)
{
    public StatusCode GrpcCode { get; } = grpcCode;

    public string Code { get; } = code;

    public string? Field { get; } = field;

    /// <summary>When asking again may help; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
