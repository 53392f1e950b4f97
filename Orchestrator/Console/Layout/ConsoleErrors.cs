using Microsoft.AspNetCore.Http.Extensions;
using Orchestrator.Api.Rest;

namespace Orchestrator.Console.Layout;

/// <summary>Marks what the console answers.</summary>
internal sealed class ConsoleEndpoint;

/// <summary>Errors as pages, for whoever asks for pages: what was refused, what there is not, and what went wrong.</summary>
internal sealed class ConsoleErrors(RequestDelegate next, ILogger<ConsoleErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HasHost(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"Host is '{context.Request.Host}'; it must be the name or the address of a host, with or without a port.");
            return;
        }

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
            if (Problem.Begin(context, failure, "The page could not be made for a reason that lies with us; it is in the log.", logger) is { } problem)
                await ShowAsync(context, problem);
        }
    }

    private static bool IsOurs(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ConsoleEndpoint>() is not null;

    // A page knows its own address, the error's too. Calls of gRPC have none.
    private static bool HasHost(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true
        || Uri.TryCreate(UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase), UriKind.Absolute, out _);

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/openapi") && !request.Path.StartsWithSegments("/assets")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static async Task ShowAsync(HttpContext context, Problem problem)
    {
        ConsoleHeaders.Set(context.Response);
        await Page.Show<ErrorPage>(new { problem.Status, problem.Code, problem.Detail }, problem.Status).ExecuteAsync(context);
    }
}
