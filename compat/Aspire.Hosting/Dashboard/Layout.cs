using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>What all pages have around them, and how times look on them.</summary>
internal static class Layout
{
    private static readonly (string Path, string Name)[] s_pages = [("/", "Resources"), ("/consolelogs", "Console logs"), ("/structuredlogs", "Structured logs"), ("/traces", "Traces")];

    public static Task WriteAsync(HttpContext context, string title, string active, Html content)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html.Of($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
            <title>{title} · Dashboard</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/dashboard.css"><script type="module" src="/assets/dashboard.js"></script></head>
            <body><a class="skip" href="#main">Skip to content</a>
            <header><strong>Dashboard</strong><nav aria-label="Main"><ul>{s_pages.Select(page => page.Path == active
                ? Html.Of($"""<li><a href="{page.Path}" aria-current="page">{page.Name}</a></li>""") : Html.Of($"""<li><a href="{page.Path}">{page.Name}</a></li>"""))}</ul></nav></header>
            <main id="main" tabindex="-1"><h1>{title}</h1>{content}</main></body></html>
            """).Text, context.RequestAborted);
    }

    /// <summary>A part of a page, for its script to exchange.</summary>
    public static Task WriteFragmentAsync(HttpContext context, Html content)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(content.Text, context.RequestAborted);
    }

    public static Html Time(DateTimeOffset time) =>
        Html.Of($"""<time datetime="{time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}">{time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}</time>""");

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMicroseconds:0} µs"),
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.#} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.##} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
    };
}
