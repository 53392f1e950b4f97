using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Dispatch;
using Orchestrator.Processing;

namespace Orchestrator.Access;

/// <summary>Who may call what. The web application puts authentication and authorization behind routing by itself.</summary>
internal static class AccessExtensions
{
    /// <summary>Adds authentication, and authorization that refuses whatever declares nothing.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccessOptions>().BindConfiguration("Access").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>>(new AccessOptionsValidator(configuration));
        services.AddSingleton(Book);
        var options = configuration.GetSection("Access").Get<AccessOptions>() ?? new AccessOptions();
        services.AddSingleton<KeyCheck>();
        services.AddSingleton<ConsoleSession>();
        services.AddOptions<CookieAuthenticationOptions>(AccessSchemes.Console).Configure<AttemptCredentials, TimeProvider>(ConsoleSession.Configure);
        services.AddAuthentication(options.DemandsKeys ? AccessSchemes.Either : AccessSchemes.Open)
            .AddPolicyScheme(AccessSchemes.Either, displayName: null, either => either.ForwardDefaultSelector = context => KeyAuthentication.Sees(context.Request) ? AccessSchemes.Keys : AccessSchemes.Console)
            .AddCookie(AccessSchemes.Console)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(AccessSchemes.Keys, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, OpenAuthentication>(AccessSchemes.Open, configureOptions: null);
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddAuthorization(Declare);
        services.AddSingleton<IConnectionListenerFactory>(OpenDoor.Sockets);
        services.AddHostedService<OpenDoor>();
        return services;
    }

    /// <summary>Adds the keys that the store keeps.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyLog>();
        services.AddSingleton<KeyKeeper>();
        services.AddSingleton<IPartitionTenant>(provider => provider.GetRequiredService<KeyKeeper>());
        services.AddSingleton<KeyDesk>();
        services.AddHostedService<KeyFollower>();
        return services;
    }

    /// <summary>Says which permission endpoints need.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoints, string permission)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(permission);

    private static void Declare(AuthorizationOptions options)
    {
        foreach (var permission in Permissions.All)
            options.AddPolicy(permission, policy => policy.AddRequirements(new PermissionRequirement(permission)));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().AddRequirements(new DeclaredRequirement()).Build();
    }

    private static KeyBook Book(IServiceProvider services)
    {
        var book = new KeyBook(services.GetRequiredService<TimeProvider>());
        foreach (var key in ConfiguredKeys.Read(services.GetRequiredService<IOptions<AccessOptions>>().Value))
            book.Configure(key);
        return book;
    }
}
