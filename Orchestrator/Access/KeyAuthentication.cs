using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Orchestrator.Storage;

namespace Orchestrator.Access;

/// <summary><c>Authorization: Bearer agk_…</c>, in HTTP and in gRPC alike; for the hub, where browsers cannot set headers, the query's <c>access_token</c>.</summary>
internal sealed class KeyAuthentication(
    KeyBook keys, KeyState state, IEnumerable<ICallToken> tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Below which path the query may hold the key.</summary>
    public const string HubPath = "/hubs";

    private const string Bearer = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (Shown() is not { Length: > 0 } text)
            return AuthenticateResult.NoResult();
        if (text.StartsWith(ApiKeyText.TokenPrefix, StringComparison.Ordinal))
        {
            var token = tokens.FirstOrDefault(token => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token.Text), Encoding.UTF8.GetBytes(text)));
            return token is null
                ? AuthenticateResult.Fail("The token is not known here.")
                : AuthenticateResult.Success(new AuthenticationTicket(token.Caller, AccessSchemes.Keys));
        }

        if (!ApiKeyText.TryRead(text, out var shown))
            return AuthenticateResult.Fail("What the call shows is no API key: one begins with agk_.");
        var now = time.GetUtcNow();
        var key = keys.Find(shown.Value.Id);
        if (key is null && !state.IsCurrent)
            return AuthenticateResult.Fail(new StoreUnavailableException("The keys cannot be read at the moment; try again."));
        if (key is null || !key.Fits(shown.Value.Hash))
            return AuthenticateResult.Fail($"The API key {shown.Value.Shown} is not known here.");
        if (key.WhyNot(now) is { } reason)
            return AuthenticateResult.Fail($"The API key {shown.Value.Shown} {reason}.");
        key.Used(now);
        return AuthenticateResult.Success(new AuthenticationTicket(key.Caller, AccessSchemes.Keys));
    }

    private string? Shown()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length > 0)
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
        return Request.Path.StartsWithSegments(HubPath) ? Request.Query["access_token"].ToString() : null;
    }
}
