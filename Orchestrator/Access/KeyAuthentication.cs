using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Orchestrator.Access;

/// <summary><c>Authorization: Bearer agk_…</c>, in HTTP and in gRPC alike; for the hub, where browsers cannot set headers, the query's <c>access_token</c>.</summary>
internal sealed class KeyAuthentication(
    KeyCheck check, IEnumerable<ICallToken> tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
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

        var (key, failure) = check.Check(text);
        return key is null ? AuthenticateResult.Fail(failure!) : AuthenticateResult.Success(new AuthenticationTicket(key.Caller, AccessSchemes.Keys));
    }

    /// <summary>Whether a call shows anything that this scheme reads.</summary>
    public static bool Sees(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || (request.Path.StartsWithSegments(HubPath) && request.Query.ContainsKey("access_token"));

    private string? Shown()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length > 0)
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
        return Request.Path.StartsWithSegments(HubPath) ? Request.Query["access_token"].ToString() : null;
    }
}
