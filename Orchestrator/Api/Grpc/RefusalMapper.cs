using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Orchestrator.Storage;
using ServiceDefaults;

namespace Orchestrator.Api.Grpc;

/// <summary>
/// Refused requests as gRPC statuses, with the code for programs in the trailer <c>agents-failure-code</c>; where asking
/// again later helps, <c>retry-after-ms</c> and a <c>google.rpc.RetryInfo</c> say when.
/// </summary>
internal sealed class RefusalMapper : IErrorMapper
{
    private const string CodeTrailer = "agents-failure-code";
    private const string RetryTrailer = "retry-after-ms";
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <inheritdoc/>
    public RpcException? Map(Exception exception) => exception switch
    {
        RequestRefusedException e => Status(e.GrpcCode, e.Message, e.Code, e.RetryAfter),
        StoreUnavailableException e => Status(StatusCode.Unavailable, e.Message, "UNAVAILABLE"),
        ArtifactTooLargeException e => Status(StatusCode.ResourceExhausted, e.Message, "TOO_LARGE"),
        ArtifactHashException e => Status(StatusCode.InvalidArgument, e.Message, "WRONG_HASH"),
        _ => null,
    };

    private static RpcException Status(StatusCode code, string message, string name, TimeSpan? retryAfter = null)
    {
        var trailers = new Metadata { { CodeTrailer, name } };
        if (retryAfter is { } delay)
        {
            trailers.Add(RetryTrailer, ((long)delay.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            trailers.Add(DetailsTrailer, RetryInfo(code, message, delay));
        }

        return new(new Status(code, message), trailers);
    }

    // A google.rpc.Status { code = 1, message = 2, details = 3: [ google.rpc.RetryInfo { retry_delay = 1 } ] }, written by
    // hand: these two messages are all that is needed of googleapis.
    private static byte[] RetryInfo(StatusCode code, string message, TimeSpan delay)
    {
        var info = new MemoryStream();
        using (var output = new CodedOutputStream(info, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(Duration.FromTimeSpan(delay));
        }

        var status = new MemoryStream();
        using (var output = new CodedOutputStream(status, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32((int)code);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(message);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(new Any { TypeUrl = "type.googleapis.com/google.rpc.RetryInfo", Value = ByteString.CopyFrom(info.ToArray()) });
        }

        return status.ToArray();
    }
}
