using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Storage.Embedded;
using Orchestrator.Storage.Redis;
using Transport;

namespace Orchestrator.Storage;

/// <summary>Registers the run store.</summary>
public static class StoreServices
{
    /// <summary>
    /// Registers <see cref="IRunStore"/>, chosen and set up by the section <c>Store</c> (<see cref="StoreOptions"/>), which is
    /// validated at start. The host opens it before it starts any other service, and disposes of it.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where <c>Store</c> and <c>ConnectionStrings:redis</c> are.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRunStore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<StoreOptions>>(new StoreOptionsValidator(configuration));
        services.AddOptions<StoreOptions>()
            .Bind(configuration.GetSection("Store"))
            .Configure(o => o.ConnectionString = configuration.GetConnectionString("redis"))
            .ValidateOnStart();
        var main = TransportSettings.Read(configuration);
        services.AddLinkCredentials(StoreOptions.Redis, new TransportCredentials(TransportSettings.Read(configuration, "Transport:Redis", main), TimeProvider.System));
        services.AddSingleton(Create);
        services.AddHostedService<StoreOpener>();
        return services;
    }

    private static IRunStore Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StoreOptions>>().Value;
        var clock = services.GetRequiredService<TimeProvider>();
        if (options.EffectiveKind == StoreOptions.Redis)
        {
            var redis = new RedisStoreOptions
            {
                ConnectionString = options.ConnectionString!,
                Password = options.Password,
                Credentials = services.GetRequiredKeyedService<TransportCredentials>(StoreOptions.Redis),
                Prefix = options.Prefix,
                Partitions = options.Partitions,
                Deadline = options.Deadline,
            };
            return new RedisRunStore(redis, clock, services.GetRequiredService<ILogger<RedisRunStore>>());
        }

        var logger = services.GetRequiredService<ILogger<EmbeddedRunStore>>();
        var embedded = new EmbeddedStoreOptions
        {
            Folder = options.Path,
            Partitions = options.Partitions,
            Fatal = (reason, cause) =>
            {
                StoreLog.Fatal(logger, cause, reason);
                Environment.FailFast(reason, cause);
            },
        };
        return new EmbeddedRunStore(embedded, clock, logger);
    }
}
