using Grpc.Core;

namespace ServiceDefaults;

/// <summary>
/// Says how a service's own exceptions look to gRPC callers. Register as many as there are kinds of exceptions; the
/// first that knows one decides. What none knows is logged and becomes INTERNAL without its message.
/// </summary>
public interface IErrorMapper
{
    /// <summary>The status for an exception.</summary>
    /// <param name="exception">What a service method threw.</param>
    /// <returns>Null: not known here.</returns>
    RpcException? Map(Exception exception);
}
