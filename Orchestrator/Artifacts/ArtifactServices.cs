using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orchestrator.Artifacts;

/// <summary>The configuration section <c>Artifacts</c>.</summary>
public sealed class ArtifactOptions
{
    /// <summary>The folder, from the working directory; replicas share it. Default: <c>.agents/artifacts</c>.</summary>
    public string Path { get; set; } = ".agents/artifacts";
}

/// <summary>Registers the artifact store.</summary>
public static class ArtifactServices
{
    /// <summary>Registers <see cref="IArtifactStore"/> in the folder <c>Artifacts:Path</c>, validated at start.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where <c>Artifacts</c> is.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddArtifactStore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ArtifactOptions>()
            .Bind(configuration.GetSection("Artifacts"))
            .Validate(o => !string.IsNullOrWhiteSpace(o.Path), "Artifacts:Path is empty; it must be a folder.")
            .ValidateOnStart();
        services.AddSingleton<IArtifactStore>(s =>
            new DirectoryArtifactStore(s.GetRequiredService<IOptions<ArtifactOptions>>().Value.Path, s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
