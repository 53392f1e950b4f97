namespace Agents.Rules.Auditing;

/// <summary>Keeps the gravest findings, at most so many; the same ones in whatever order they come. Safe for threads.</summary>
internal sealed class FindingCollector(int limit)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<Finding> _kept = new(Comparer<Finding>.Create(Compare));

    public int Total { get; private set; }

    public void Add(IReadOnlyCollection<Finding> findings)
    {
        lock (_lock)
        {
            foreach (var finding in findings)
            {
                if (_kept.Add(finding))
                {
                    Total++;
                    if (_kept.Count > limit)
                    {
                        _kept.Remove(_kept.Max!);
                    }
                }
            }
        }
    }

    public IReadOnlyList<Finding> Take()
    {
        lock (_lock)
        {
            return [.. _kept];
        }
    }

    private static int Compare(Finding? a, Finding? b)
    {
        var order = Rank(a!.Severity).CompareTo(Rank(b!.Severity));
        order = order != 0 ? order : string.CompareOrdinal(a.File, b.File);
        order = order != 0 ? order : a.StartLine.CompareTo(b.StartLine);
        order = order != 0 ? order : string.CompareOrdinal(a.Rule, b.Rule);
        return order != 0 ? order : a.EndLine.CompareTo(b.EndLine);
    }

    private static int Rank(string severity) => severity switch
    {
        "HIGH" => 0,
        "MEDIUM" => 1,
        _ => 2,
    };
}
