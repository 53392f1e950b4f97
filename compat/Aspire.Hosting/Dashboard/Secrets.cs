namespace Aspire.Hosting.Dashboard;

/// <summary>Values that a page must not show.</summary>
internal static class Secrets
{
    public const string Mask = "●●●●●●●●";
    private static readonly string[] s_names = ["key", "token", "secret", "password", "pwd", "credential", "connectionstring", "headers", "cert"];

    /// <summary>Whether a variable's name says that its value is a secret.</summary>
    public static bool IsSecret(string name)
    {
        var plain = name.Replace("_", "", StringComparison.Ordinal);
        return s_names.Any(part => plain.Contains(part, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A value as it may be shown: what an address has as user and password goes, too.</summary>
    public static string Show(string name, string value)
    {
        if (IsSecret(name))
            return Mask;
        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? value.Replace(url.UserInfo + "@", Mask + "@", StringComparison.Ordinal) : value;
    }
}
