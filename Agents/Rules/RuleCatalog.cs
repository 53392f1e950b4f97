namespace Agents.Rules;

/// <summary>All rules, by id.</summary>
public static class RuleCatalog
{
    // Found by type, so that a rule cannot be written and then forgotten.
    internal static IReadOnlyList<Rule> Rules { get; } =
    [
        .. typeof(Rule).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Rule)) && !t.IsAbstract)
            .Select(t => (Rule)Activator.CreateInstance(t, nonPublic: true)!)
            .OrderBy(r => r.Info.Id, StringComparer.Ordinal),
    ];

    /// <summary>What there is to say of each rule, ordered by id.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } = [.. Rules.Select(r => r.Info)];

    internal static Rule? Find(string id) => Rules.FirstOrDefault(r => r.Info.Id == id);
}
