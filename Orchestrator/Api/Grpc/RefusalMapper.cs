using Grpc.Core;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Orchestrator.Storage;
using ServiceDefaults;

namespace Orchestrator.Api.Grpc;

/// <summary>Refused requests as gRPC statuses, with the code for programs in the trailer <c>agents-failure-code</c>.</summary>
internal sealed class RefusalMapper : IErrorMapper
{
    private const string CodeTrailer = "agents-failure-code";

    /// <inheritdoc/>
    public RpcException? Map(Exception exception) => exception switch
    {
        RequestRefusedException e => Status(e.GrpcCode, e.Message, e.Code),
        StoreUnavailableException e => Status(StatusCode.Unavailable, e.Message, "UNAVAILABLE"),
        ArtifactTooLargeException e => Status(StatusCode.ResourceExhausted, e.Message, "TOO_LARGE"),
        ArtifactHashException e => Status(StatusCode.InvalidArgument, e.Message, "WRONG_HASH"),
        _ => null,
    };

    private static RpcException Status(StatusCode code, string message, string name) =>
        new(new Status(code, message), new Metadata { { CodeTrailer, name } });
}
