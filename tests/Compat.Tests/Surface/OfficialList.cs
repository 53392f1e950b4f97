namespace Compat.Tests.Surface;

/// <summary>The public members of an official package, by documentation id.</summary>
internal sealed class OfficialList
{
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly List<string> _namespaces = [];

    private OfficialList(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            // "T:Name.Space.*" stands for everything in a namespace.
            if (line.EndsWith(".*", StringComparison.Ordinal))
                _namespaces.Add(line[2..^1]);
            else
                _members.Add(line);
        }
    }

    /// <summary>Of an assembly; a missing list is an error that says where it is looked for.</summary>
    public static OfficialList Of(string assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Official", assembly + ".txt");
        return File.Exists(path)
            ? new OfficialList(File.ReadLines(path))
            : throw new InvalidOperationException(
                $"{assembly} has no list of official members: tests/Compat.Tests/Official/{assembly}.txt is missing.");
    }

    public static OfficialList Parse(params string[] lines) => new(lines);

    public IReadOnlyCollection<string> Members => _members;

    public bool Has(string id) =>
        _members.Contains(id) || _namespaces.Exists(start => id.AsSpan(2).StartsWith(start, StringComparison.Ordinal));

    /// <summary>Also where parameters were added at the end, which is how a package adds optional ones.</summary>
    public bool HasOrExtends(string id)
    {
        if (Has(id))
            return true;
        if (id[0] != 'M')
            return false;
        var start = id.EndsWith(')') ? id[..^1] + "," : id + "(";
        return _members.Any(member => member.StartsWith(start, StringComparison.Ordinal));
    }
}
