using Orchestrator.Processing;

namespace Orchestrator.Schedules;

/// <summary>Schedules, which start runs by the clock.</summary>
internal static class ScheduleExtensions
{
    /// <summary>Adds what keeps schedules and starts their runs.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services)
    {
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<ScheduleTenant>();
        services.AddSingleton<IPartitionTenant>(provider => provider.GetRequiredService<ScheduleTenant>());
        services.AddSingleton<ISchedules, ScheduleService>();
        return services;
    }
}
