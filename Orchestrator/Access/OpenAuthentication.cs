using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Orchestrator.Access;

/// <summary>
/// Everybody is the same. As long as only this machine may call, the call must name it so, too: a page from elsewhere whose
/// name leads here is not one of ours.
/// </summary>
internal sealed class OpenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, IOptions<AccessOptions> access, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var result = access.Value.Anonymous != AccessOptions.Everywhere && Stranger() is { } stranger
            ? AuthenticateResult.Fail($"{stranger} is not this machine, and calls from elsewhere need API keys (Access:Mode=keys).")
            : AuthenticateResult.Success(new AuthenticationTicket(CallerIdentity.Open, AccessSchemes.Open));
        return Task.FromResult(result);
    }

    private string? Stranger()
    {
        if (!IsHere(Request.Host.Host))
            return $"The host '{Request.Host.Host}' of the request";
        var origin = Request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsHere(from.Host)) ? null : $"The page of '{origin}'";
    }

    private static bool IsHere(string host) => host.Length == 0 || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || Loopback.Is(host);
}
