using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ServiceDefaults;

/// <summary>
/// A message that is none of its type is the caller's mistake: INVALID_ARGUMENT. The engine reads it before any interceptor is
/// called, and says UNKNOWN, in words of its own; what a method throws never comes so far.
/// </summary>
internal sealed class MalformedCalls : IStartupFilter
{
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";
    private const string Unknown = "2";
    private const string Words = "Exception was thrown by handler.";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate rest) =>
        {
            await rest(context);
            var headers = context.Response.Headers;
            if (!context.Response.HasStarted && headers[Status].ToString() == Unknown && headers[Message].ToString() == Words
                && context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } method)
            {
                headers[Status] = ((int)StatusCode.InvalidArgument).ToString(System.Globalization.CultureInfo.InvariantCulture);
                headers[Message] = Told(method.Method.FullName);
            }
        });
        next(app);
    };

    /// <summary>What is wrong with a message that cannot be read.</summary>
    public static string Told(string method) => $"The message is not what {method} takes: it cannot be read as protobuf.";
}
