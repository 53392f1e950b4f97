using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Transport;

/// <summary>TLS for what a process listens on and whom it calls.</summary>
public static class TransportExtensions
{
    /// <summary>Adds <see cref="TransportCredentials"/> of the section <c>Transport</c>, which https endpoints use and which are read again when their files change.</summary>
    /// <typeparam name="TBuilder">The kind of application builder.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="time">Whose now certificates must be valid at when they are read. Null: the system's.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="TransportException">A setting or a file cannot be used.</exception>
    public static TransportCredentials AddTransport<TBuilder>(this TBuilder builder, TimeProvider? time = null)
        where TBuilder : IHostApplicationBuilder
    {
        var credentials = new TransportCredentials(TransportSettings.Read(builder.Configuration), time ?? TimeProvider.System);
        DemandCertificate(builder.Configuration, credentials.Settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(credentials);
        builder.Services.AddSingleton<IPostConfigureOptions<KestrelServerOptions>, ServerTls>();
        builder.Services.AddHostedService<TransportMonitor>();
        return credentials;
    }

    /// <summary>Adds credentials for one link, found by the key; their files are read again like the others.</summary>
    /// <param name="services">The services.</param>
    /// <param name="key">Of the link.</param>
    /// <param name="credentials">Have been read.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddLinkCredentials(this IServiceCollection services, string key, TransportCredentials credentials)
    {
        services.AddKeyedSingleton(key, credentials);
        // The last of a kind is what others get: the process's own stay that.
        services.Insert(0, ServiceDescriptor.Singleton(credentials));
        return services;
    }

    /// <summary>Whether endpoints are https where no address says so.</summary>
    /// <param name="configuration">All settings.</param>
    /// <returns>Whether there is a certificate.</returns>
    public static bool HasCertificate(this IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[TransportSettings.Section + ":Certificate"]);

    private static void DemandCertificate(IConfiguration configuration, TransportSettings settings)
    {
        if (settings.Certificate is not null || configuration.GetSection("Kestrel:Certificates:Default").Exists())
            return;
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true && !endpoint.GetSection("Certificate").Exists())
                throw new TransportException($"{endpoint.Path}:Url is '{endpoint["Url"]}' and {settings.CertificateSetting} names no file; it must name the certificate to show there.");
        }
    }
}
