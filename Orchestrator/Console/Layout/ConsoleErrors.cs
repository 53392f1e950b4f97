using Orchestrator.Api.Rest;

namespace Orchestrator.Console.Layout;

/// <summary>Marks what the console answers.</summary>
internal sealed class ConsoleEndpoint;

/// <summary>Errors as pages, for whoever asks for pages: what was refused, what there is not, and what went wrong.</summary>
internal sealed class ConsoleErrors(RequestDelegate next, ILogger<ConsoleErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null } && WantsPage(context.Request))
                await ShowAsync(context, Problem.Of(context.Response.StatusCode, context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested && IsOurs(context))
        {
            // The browser is gone: there is nobody to tell.
        }
        catch (Exception failure) when (IsOurs(context))
        {
            await FailAsync(context, failure);
        }
    }

    private static bool IsOurs(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ConsoleEndpoint>() is not null;

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi") && !request.Path.StartsWithSegments("/assets")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private async Task FailAsync(HttpContext context, Exception failure)
    {
        var problem = Problem.Of(failure);
        if (problem is null)
        {
            RestLog.Failed(logger, context.Request.Method, context.Request.Path, failure);
            problem = new Problem(StatusCodes.Status500InternalServerError, "INTERNAL", "The page could not be made for a reason that lies with us; it is in the log.");
        }

        if (context.Response.HasStarted)
        {
            // Half a page must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await ShowAsync(context, problem);
    }

    private static async Task ShowAsync(HttpContext context, Problem problem)
    {
        ConsoleHeaders.Set(context.Response);
        await Page.Show<ErrorPage>(new { problem.Status, problem.Code, problem.Detail }, problem.Status).ExecuteAsync(context);
    }
}
