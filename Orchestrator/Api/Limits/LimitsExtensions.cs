using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Limits;

namespace Orchestrator.Api.Limits;

/// <summary>What callers and tenants may ask for: rates, streams, runs, schedules, artifacts.</summary>
internal static class LimitsExtensions
{
    /// <summary>Adds the limits.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CallRates>();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => provider.GetRequiredService<CallRates>());
        services.AddSingleton<FailureLimit>();
        services.AddSingleton<CallerStreams>();
        services.AddSingleton<RunQuota>();
        services.AddSingleton<ScheduleQuota>();
        services.AddSingleton<ArtifactQuota>();
        services.AddSingleton<HubCalls>();
        services.AddRateLimiter(_ => { });
        services.AddTransient<IStartupFilter, FailureLimitFilter>();
        return services;
    }

    /// <summary>Counts calls. Comes after authentication, which says who calls.</summary>
    public static IApplicationBuilder UseLimits(this IApplicationBuilder app) => app.UseRateLimiter();

    // Before authentication, wherever in the pipeline that is.
    private sealed class FailureLimitFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var failures = app.ApplicationServices.GetRequiredService<FailureLimit>();
            app.Use((HttpContext context, RequestDelegate rest) => failures.InvokeAsync(context, rest));
            next(app);
        };
    }
}
