namespace Orchestrator.Api.Rest;

/// <summary>The one funnel for errors of the REST API: every error answer under its paths has problem details.</summary>
internal sealed class RestErrors(RequestDelegate next, ILogger<RestErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsOurs(context.Request))
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                await Problem.Of(context.Response.StatusCode, context).WriteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to tell.
        }
        catch (Exception failure)
        {
            if (Problem.Begin(context, failure, "The request failed for a reason that lies with us; it is in the log.", logger) is { } problem)
                await problem.WriteAsync(context);
        }
    }

    // A gRPC call that finds its way here is not ours to answer in JSON.
    private static bool IsOurs(HttpRequest request) =>
        (request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/openapi"))
        && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true;
}
