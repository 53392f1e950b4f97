using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Who may look: whoever has the printed link, which sets a cookie. Who may report: whoever shows the key. What changes
/// something must come from the dashboard's own pages.
/// </summary>
internal sealed class Access(DashboardOptions options, Func<(int Pages, int Grpc, int Http)> ports)
{
    private const string Cookie = "dashboard-token";
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, no-cache";
        var isPage = context.Connection.LocalPort == ports().Pages;
        var isReport = context.Request.Path.StartsWithSegments("/v1") || context.Request.Path.StartsWithSegments("/opentelemetry.proto.collector.trace.v1.TraceService")
            || context.Request.Path.StartsWithSegments("/opentelemetry.proto.collector.logs.v1.LogsService") || context.Request.Path.StartsWithSegments("/opentelemetry.proto.collector.metrics.v1.MetricsService");
        if (isReport == isPage)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (isReport)
        {
            if (!Same(context.Request.Headers[DashboardOptions.OtlpHeader], options.OtlpKey))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await next(context);
            return;
        }

        if (context.Request.Path == "/login")
        {
            Login(context);
            return;
        }

        var isAsset = context.Request.Path.StartsWithSegments("/assets");
        if (!isAsset && !Same(context.Request.Cookies[Cookie], options.Token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await Layout.WriteAsync(context, "Not signed in", "", Html.Of($"<p>Open the link that the application printed when it started: <code>http://…/login?t=…</code>.</p>"));
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && context.Request.Headers["Sec-Fetch-Site"] != "same-origin")
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await next(context);
    }

    private void Login(HttpContext context)
    {
        if (!Same(context.Request.Query["t"], options.Token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Response.Cookies.Append(Cookie, options.Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, Path = "/" });
        context.Response.Redirect(Back(context.Request.Query["returnUrl"]));
    }

    // Only to pages of its own.
    private static string Back(string? url) => url is { Length: > 1 } && url[0] == '/' && url[1] is not ('/' or '\\') ? url : "/";

    private static bool Same(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
