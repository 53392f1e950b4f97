using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace ServiceDefaults;

/// <summary>
/// The endpoint named <c>probe</c> (<c>Kestrel:Endpoints:probe:Url</c>), where there is one, tells whether the process is well, and
/// nothing else: kubelets probe gRPC without TLS, and nobody is to get in that way.
/// </summary>
internal sealed class ProbeOnly(IConfiguration configuration) : IStartupFilter
{
    private static readonly PathString[] s_health = ["/health", "/alive", "/grpc.health.v1.Health"];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        if (configuration["Kestrel:Endpoints:probe:Url"] is { Length: > 0 } url)
        {
            var port = BindingAddress.Parse(url).Port;
            app.Use((context, go) =>
            {
                if (context.Connection.LocalPort != port || Array.Exists(s_health, path => context.Request.Path.StartsWithSegments(path)))
                    return go(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        }

        next(app);
    };
}
