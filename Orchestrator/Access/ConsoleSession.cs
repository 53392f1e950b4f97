using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Orchestrator.Dispatch;

namespace Orchestrator.Access;

/// <summary>
/// The cookie of whoever has signed in: it stands for the key, and counts no longer than the key does. What protects it comes
/// from the credential key, which replicas share, so any of them takes it.
/// </summary>
internal sealed class ConsoleSession(KeyCheck keys) : CookieAuthenticationEvents
{
    private const string KeyClaim = "key";
    private const string HashClaim = "hash";
    private static readonly TimeSpan s_length = TimeSpan.FromHours(8);

    /// <summary>What the cookie says.</summary>
    public static IEnumerable<Claim> ClaimsOf(HeldKey key) => [new(KeyClaim, key.Id), new(HashClaim, key.Record.SecretHash.ToBase64())];

    /// <summary>Sets the cookie up.</summary>
    public static void Configure(CookieAuthenticationOptions options, AttemptCredentials credentials, TimeProvider time)
    {
        options.Cookie.Name = "agents-session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.ExpireTimeSpan = s_length;
        options.SlidingExpiration = true;
        options.TimeProvider = time;
        options.TicketDataFormat = new TicketDataFormat(new SessionProtector(credentials.Derive("console session")));
        options.EventsType = typeof(ConsoleSession);
    }

    // Another site's page, or one of a neighbour's, may have the browser send the cookie, but not say that it is ours.
    public override Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isOurs = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == context.Request.Host.Value);
        if (isOurs && context.Principal?.FindFirst(KeyClaim)?.Value is { } id && keys.Current(id) is { } key
            && key.Record.SecretHash.ToBase64() == context.Principal.FindFirst(HashClaim)?.Value)
        {
            // For this request; the cookie itself keeps what it says.
            context.ReplacePrincipal(key.Caller);
            return Task.CompletedTask;
        }

        context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
