using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Console.Layout;

namespace Orchestrator.Console;

/// <summary>What a handler of the console returns.</summary>
internal static class Page
{
    /// <summary>A whole page: a component whose root is a shell.</summary>
    /// <param name="parameters">An object whose properties are the component's parameters; null: none.</param>
    /// <param name="status">HTTP status.</param>
    public static IResult Show<TComponent>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(parameters ?? new { }) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>The content of an element of a page, for <c>data-fragment</c>.</summary>
    /// <param name="parameters">As for <see cref="Show"/>.</param>
    public static IResult Fragment<TComponent>(object? parameters = null)
        where TComponent : IComponent => Show<TComponent>(parameters);

    /// <summary>Sends the browser on after a form, so that loading the page again does not send it again.</summary>
    /// <param name="context">The request with the form.</param>
    /// <param name="url">A path of the console.</param>
    /// <param name="said">What the next page says was done; null: nothing.</param>
    public static IResult SeeOther(HttpContext context, string url, string? said = null)
    {
        if (!url.StartsWith('/') || url.StartsWith("//", StringComparison.Ordinal) || url.StartsWith("/\\", StringComparison.Ordinal))
            throw new ArgumentException($"'{url}' is not a path of the console.", nameof(url));
        if (said is not null)
            Notice.Put(context, said);
        // Results has no 303.
        context.Response.Headers.Location = url;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
