namespace Agents.Workspaces;

/// <summary>
/// Files that usually hold secrets, told by their paths; the same as in <c>policies/tools.json</c>. Policy keeps them from
/// calls that name them; searches, copies and differences name none, and pass over them.
/// </summary>
public static class SecretFiles
{
    private static readonly string[] Endings = [".pem", ".key", ".pfx", "id_rsa", "id_ed25519"];

    /// <summary>Whether it is one of them.</summary>
    /// <param name="path">Relative, with '/'.</param>
    /// <returns>True: it usually does.</returns>
    public static bool Holds(string path)
    {
        var parts = path.Split('/');
        var name = parts[^1];
        return name is ".env" || name.StartsWith(".env.", StringComparison.Ordinal)
            || Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(parts, part => part is ".aws" or ".ssh");
    }
}
