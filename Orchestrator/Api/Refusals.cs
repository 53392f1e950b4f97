using Grpc.Core;
using Orchestrator.Api.Rest;
using Orchestrator.Processing;
using ServiceDefaults;

namespace Orchestrator.Api;

/// <summary>Refusals before a request reaches its endpoint, in the language of who asks.</summary>
internal static class Refusals
{
    /// <summary>Whether it is a gRPC call.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Answers: a gRPC status with its trailers, or problem details.</summary>
    public static Task WriteAsync(HttpContext context, RequestRefusedException refused) =>
        IsGrpc(context.Request) ? WriteGrpc(context, refused) : Problem.Of(refused)!.WriteAsync(context);

    private static Task WriteGrpc(HttpContext context, RequestRefusedException refused)
    {
        var status = context.RequestServices.GetServices<IErrorMapper>().Select(mapper => mapper.Map(refused)).First(status => status is not null)!;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Status.Detail);
        foreach (var trailer in status.Trailers)
        {
            response.Headers[trailer.Key] = trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
        }

        return response.CompleteAsync();
    }
}
