using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;

namespace ServiceDefaults;

/// <summary>Gives the spans of the web server and of gRPC the names and attributes of OpenTelemetry's conventions for HTTP and RPC.</summary>
internal sealed class RequestSpans : BaseProcessor<Activity>, IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(NameAsync);
        next(app);
    };

    // Both sides of a gRPC call note its method as /package.Service/Method.
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem("grpc.method") is not string { Length: > 1 } method)
            return;

        var at = Math.Max(1, method.LastIndexOf('/'));
        data.DisplayName = method[1..];
        data.SetTag("rpc.system", "grpc").SetTag("rpc.service", method[1..at]).SetTag("rpc.method", method[(at + 1)..])
            .SetTag("rpc.grpc.status_code", data.GetTagItem("grpc.status_code")).SetTag("grpc.method", null).SetTag("grpc.status_code", null);
    }

    private static async Task NameAsync(HttpContext context, RequestDelegate next)
    {
        var activity = Activity.Current;
        if (activity is not null && IsProbe(context.Request.Path))
        {
            // Somebody asks every second whether all is well; that is nobody's trace.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        try
        {
            await next(context);
        }
        finally
        {
            if (activity is { IsAllDataRequested: true, Source.Name: "Microsoft.AspNetCore" })
                Name(activity, context);
        }
    }

    private static bool IsProbe(PathString path) => path == "/health" || path == "/alive" || path.StartsWithSegments("/grpc.health.v1.Health");

    private static void Name(Activity activity, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        activity.SetTag("http.request.method", context.Request.Method).SetTag("url.scheme", context.Request.Scheme).SetTag("url.path", context.Request.Path.Value)
            .SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= 500)
            GenAi.Failed(activity, context.Response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
