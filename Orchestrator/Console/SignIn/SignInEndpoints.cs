using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Console.Layout;
using Orchestrator.Storage;

namespace Orchestrator.Console.SignIn;

/// <summary>The way in and out, where keys are demanded: a key is shown once, and a cookie stands for it afterwards.</summary>
internal static class SignInEndpoints
{
    /// <summary>Where it is.</summary>
    public const string Path = "/signin";

    private const string Home = "/";

    /// <summary>Maps what whoever is not signed in may see.</summary>
    public static void MapOpen(IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").AddEndpointFilter<ConsoleHeaders>().AddEndpointFilter<FormGuard>().WithMetadata(new ConsoleEndpoint()).AllowAnonymous().ExcludeFromDescription();
        open.MapGet(Path, Get);
        open.MapPost(Path, PostAsync);
    }

    /// <summary>Maps the rest.</summary>
    public static void Map(IEndpointRouteBuilder console) => console.MapPost("/signout", (Delegate)SignOutAsync).Needs(Permissions.SelfRead);

    private static IResult Get(HttpContext context, [FromServices] IOptions<AccessOptions> access)
    {
        var back = Back(context.Request.Query["return"].ToString());
        return access.Value.DemandsKeys ? Page.Show<SignInPage>(new { Return = back }) : Page.SeeOther(context, back);
    }

    private static async Task<IResult> PostAsync(HttpContext context, [FromServices] KeyCheck keys, [FromServices] ILogger<SignInPage> logger)
    {
        var form = context.Request.Form;
        var back = Back(form["return"].ToString());
        var (key, failure) = keys.Check(form["key"].ToString().Trim());
        var wrong = failure switch
        {
            StoreUnavailableException unavailable => unavailable.Message,
            not null => failure.Message,
            _ when key?.Roles.Contains(Roles.Agent) == true => "This key is an agent's: it opens no pages.",
            _ => null,
        };
        if (wrong is not null || key is null)
        {
            AccessLog.Refused(logger, context.Request.Method, Path, wrong ?? "");
            return Page.Show<SignInPage>(new { Return = back, Wrong = wrong }, StatusCodes.Status401Unauthorized);
        }

        var identity = new ClaimsIdentity(ConsoleSession.ClaimsOf(key), AccessSchemes.Console);
        await context.SignInAsync(AccessSchemes.Console, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = false });
        AccessLog.SignedIn(logger, ApiKeyText.Prefix + key.Id, key.Name, key.Tenant);
        return Page.SeeOther(context, back);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(AccessSchemes.Console);
        return Page.SeeOther(context, Path);
    }

    // A page of ours, and not this one again.
    private static string Back(string path) =>
        path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("/\\", StringComparison.Ordinal)
        && !path.Any(char.IsControl) && !path.StartsWith(Path, StringComparison.Ordinal) ? path : Home;
}
