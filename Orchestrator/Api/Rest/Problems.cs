using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Artifacts;
using Orchestrator.Processing;
using Orchestrator.Storage;

namespace Orchestrator.Api.Rest;

/// <summary>What went wrong, as RFC 9457 problem details.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Upper snake case, for programs.</param>
/// <param name="Detail">For people.</param>
/// <param name="Field">The field at fault; null: no single one.</param>
internal sealed record Problem(int Status, string Code, string Detail, string? Field = null)
{
    /// <summary>When asking again may help; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What an exception means to a client; null: it is a fault of ours.</summary>
    public static Problem? Of(Exception exception) => exception switch
    {
        RequestRefusedException refused => new Problem(HttpStatus(refused), refused.Code, refused.Message, refused.Field) { RetryAfter = refused.RetryAfter },
        MediaTypeRefusedException refused => new Problem(StatusCodes.Status415UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", refused.Message, "Content-Type"),
        StoreUnavailableException unavailable => new Problem(StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", unavailable.Message),
        BadHttpRequestException bad => new Problem(bad.StatusCode, Name(bad.StatusCode), bad.Message),
        _ => null,
    };

    /// <summary>Begins the answer to a request that failed; a fault of ours is logged.</summary>
    /// <param name="ours">What the client is told of a fault of ours.</param>
    /// <returns>Null: an answer had begun. Half of one must not look like a whole one, so the connection is cut.</returns>
    public static Problem? Begin(HttpContext context, Exception failure, string ours, ILogger logger)
    {
        var problem = Of(failure);
        if (problem is null)
        {
            RestLog.Failed(logger, context.Request.Method, context.Request.Path, failure);
            problem = new Problem(StatusCodes.Status500InternalServerError, "INTERNAL", ours);
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return null;
        }

        context.Response.Clear();
        return problem;
    }

    /// <summary>For a status that was set without a body.</summary>
    public static Problem Of(int status, HttpContext context) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(status, "NOT_FOUND", $"There is nothing at '{context.Request.Path}'."),
        StatusCodes.Status405MethodNotAllowed => new Problem(status, "METHOD_NOT_ALLOWED",
            $"'{context.Request.Method}' is not allowed at '{context.Request.Path}'; allowed: {context.Response.Headers.Allow}."),
        _ => new Problem(status, Name(status), ReasonPhrases.GetReasonPhrase(status)),
    };

    /// <summary>Writes it as the answer.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } delay)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        await using (writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type", $"urn:agents:problem:{Code.ToLowerInvariant().Replace('_', '-')}");
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            writer.WriteNumber("status", Status);
            writer.WriteString("detail", Detail);
            writer.WriteString("code", Code);
            if (Field is not null)
                writer.WriteString("field", Field);
            if (Activity.Current is { } activity)
                writer.WriteString("trace_id", activity.TraceId.ToHexString());
            writer.WriteEndObject();
        }
    }

    private static int HttpStatus(RequestRefusedException refused) => refused.GrpcCode switch
    {
        _ when refused.Code == "TOO_LARGE" => StatusCodes.Status413PayloadTooLarge,
        StatusCode.InvalidArgument or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Name(int status) =>
        ReasonPhrases.GetReasonPhrase(status).ToUpperInvariant().Replace(' ', '_').Replace("-", "_");
}
