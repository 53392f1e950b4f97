namespace Agents.Workspaces;

/// <summary>The .gitignore of a folder and of all folders above it, as git reads them: the deepest file and its last line win.</summary>
internal sealed class IgnoreScope
{
    private const long MaxIgnoreFileBytes = 1024 * 1024;
    private readonly IgnoreScope? _parent;
    private readonly int _prefix;
    private readonly List<IgnoreRule> _rules;

    private IgnoreScope(IgnoreScope? parent, int prefix, List<IgnoreRule> rules)
    {
        _parent = parent;
        _prefix = prefix;
        _rules = rules;
    }

    /// <summary>The scope inside a folder: the given one when the folder adds no rules.</summary>
    /// <param name="parent">The scope of the folder above; null at the root.</param>
    /// <param name="ignoreFile">Where the rules would be.</param>
    /// <param name="folder">The folder, relative to the root; empty for the root.</param>
    /// <param name="skips">Is told when the file is there and cannot be read.</param>
    public static IgnoreScope? Enter(IgnoreScope? parent, string ignoreFile, string folder, SkipReport skips)
    {
        List<IgnoreRule> rules = [];
        try
        {
            var info = new FileInfo(ignoreFile);
            if (!info.Exists || info.Length is 0 or > MaxIgnoreFileBytes || info.LinkTarget is not null)
                return parent;
            foreach (var line in File.ReadLines(ignoreFile))
            {
                if (IgnoreRule.Parse(line) is { } rule)
                    rules.Add(rule);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            skips.Add(SkipReport.Unreadable, folder.Length == 0 ? Path.GetFileName(ignoreFile) : folder + "/" + Path.GetFileName(ignoreFile));
        }

        return rules.Count == 0 ? parent : new IgnoreScope(parent, folder.Length == 0 ? 0 : folder.Length + 1, rules);
    }

    public bool IsIgnored(string path, string name, bool isFolder)
    {
        for (var scope = this; scope is not null; scope = scope._parent)
        {
            var relative = path[scope._prefix..];
            for (var i = scope._rules.Count - 1; i >= 0; i--)
            {
                var rule = scope._rules[i];
                if ((isFolder || !rule.FoldersOnly) && rule.Matches(relative, name))
                    return !rule.Negated;
            }
        }

        return false;
    }
}
