using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Orchestrator.Processing;

namespace Orchestrator.Console.Layout;

/// <summary>
/// Takes a form only from our own pages: the token in the form must be that of the cookie, which other sites can neither
/// read nor set, and a browser that says where the request comes from must say that it is here. It needs no key, so any
/// replica takes a form that another one rendered.
/// </summary>
internal sealed class FormGuard : IEndpointFilter
{
    /// <summary>The form's field.</summary>
    public const string Field = "form_token";

    private const string Cookie = "agents-form";
    private const int TokenBytes = 32;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            await CheckAsync(http);
        return await next(context);
    }

    /// <summary>The token for the forms of the page that is rendered, setting the cookie when there is none.</summary>
    public static string TokenFor(HttpContext context)
    {
        if (context.Items[Cookie] is string already)
            return already;
        var token = context.Request.Cookies[Cookie];
        if (token is not { Length: TokenBytes * 2 } || !token.All(char.IsAsciiHexDigitLower))
        {
            token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
            context.Response.Cookies.Append(Cookie, token, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            });
        }

        context.Items[Cookie] = token;
        return token;
    }

    private static async Task CheckAsync(HttpContext http)
    {
        var from = http.Request.Headers["Sec-Fetch-Site"].ToString();
        if (from is not ("" or "same-origin" or "none"))
            throw Refused("The form was sent from another site.");
        if (!http.Request.HasFormContentType)
            throw Refused("A form is expected.");
        var sent = (await ReadAsync(http))[Field].ToString();
        var expected = http.Request.Cookies[Cookie] ?? "";
        if (expected.Length != TokenBytes * 2 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(expected)))
            throw Refused("The form has no valid token. Open the page again and send the form from there; cookies must be allowed.");
    }

    private static async Task<IFormCollection> ReadAsync(HttpContext http)
    {
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception broken) when (broken is IOException and not BadHttpRequestException or InvalidDataException)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_FORM", "The form cannot be read: it is cut off, or its parts are not as its content type says.");
        }
    }

    private static RequestRefusedException Refused(string message) => new(StatusCode.PermissionDenied, "FORM_REFUSED", message);
}
