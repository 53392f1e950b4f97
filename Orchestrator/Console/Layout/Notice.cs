namespace Orchestrator.Console.Layout;

/// <summary>What the page after a form says: kept in a cookie, so that any replica can say it, and said once.</summary>
internal static class Notice
{
    private const string Cookie = "agents-said";
    private const int MaxLength = 500;

    /// <summary>Has the next page say it.</summary>
    public static void Put(HttpContext context, string said) =>
        context.Response.Cookies.Append(Cookie, Uri.EscapeDataString(said.Length > MaxLength ? said[..MaxLength] : said), Options(context, TimeSpan.FromMinutes(1)));

    /// <summary>What is to be said now; null: nothing.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } said)
            return null;
        context.Response.Cookies.Delete(Cookie, Options(context, null));
        return Uri.UnescapeDataString(said);
    }

    private static CookieOptions Options(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        IsEssential = true,
        MaxAge = age,
    };
}
