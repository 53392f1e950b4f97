using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Agents.Hosting.Calls;

/// <summary>
/// What only this instance and the orchestrators know: they show it on every call to this instance, and it shows it on its calls
/// back. Made at each start, told in the registration.
/// </summary>
internal sealed class CallToken
{
    /// <summary>The metadata entry on calls back.</summary>
    public const string Entry = "agents-call-token";

    private readonly byte[] _shown;
    private volatile bool _unknownToOrchestrators;

    public CallToken() => _shown = Encoding.ASCII.GetBytes(Bearer);

    /// <summary>The token.</summary>
    public string Text { get; } = $"agt_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";

    /// <summary>As orchestrators show it.</summary>
    public string Bearer => $"Bearer {Text}";

    /// <summary>An orchestrator that has taken the registration says whether it will show the token. One that is older does not: then nothing is demanded.</summary>
    public void Agreed(bool shows) => _unknownToOrchestrators = !shows;

    /// <summary>Whether whoever calls may.</summary>
    public bool Allows(string? authorization) =>
        _unknownToOrchestrators || (authorization is not null && CryptographicOperations.FixedTimeEquals(_shown, Encoding.UTF8.GetBytes(authorization)));
}

/// <summary>Lets only those call who show the token.</summary>
internal sealed class CallTokenInterceptor(CallToken token) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Check(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Check(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Check(ServerCallContext context)
    {
        if (!token.Allows(context.RequestHeaders.GetValue("authorization")))
            throw new RpcException(new Status(StatusCode.Unauthenticated, "Only the orchestrator that this agent has joined may call it."));
    }
}
