using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Policy.Rules;

/// <summary>Decides by the rules, without any other process. <c>policies/tools.rego</c> decides alike; a test holds them together.</summary>
internal sealed class RuleEvaluator
{
    private readonly PolicyRules _rules;
    private readonly Dictionary<string, Regex> _globs = new(StringComparer.Ordinal);

    public RuleEvaluator(PolicyRules rules)
    {
        _rules = rules;
        foreach (var glob in rules.Rules.SelectMany(Globs))
        {
            _globs.TryAdd(glob, ToRegex(glob));
        }
    }

    public PolicyVerdict Decide(PolicyInput input)
    {
        foreach (var rule in _rules.Rules)
        {
            if (Fits(rule, input))
            {
                return new PolicyVerdict(rule.Effect, rule.Id, rule.Reason ?? "", rule.Grants ?? [], rule.Deciders ?? []);
            }
        }

        return new PolicyVerdict(_rules.Default, "", "No rule of the policy fits the call.", [], []);
    }

    private bool Fits(PolicyRule rule, PolicyInput input) =>
        ListFits(rule.Tools, input.Tool) && ListFits(rule.Risks, input.Risk) && ListFits(rule.Roles, input.Role) && ListFits(rule.Agents, input.Agent)
        && ListFits(rule.Tenants, input.Tenant) && ListFits(rule.Principals, input.Principal) && ListFits(rule.Playbooks, input.Playbook)
        && (rule.Labels ?? new Dictionary<string, IReadOnlyList<string>>()).All(label => input.Labels.TryGetValue(label.Key, out var value) && AnyFits(label.Value, value))
        && (rule.Arguments ?? []).All(argument => ArgumentFits(rule.Effect, argument, input.Facts))
        && TimeFits(rule.Time, input.Time);

    private bool ListFits(IReadOnlyList<string>? globs, string value) => globs is null || AnyFits(globs, value);

    private bool AnyFits(IReadOnlyList<string> globs, string value) => globs.Any(glob => _globs[glob].IsMatch(value));

    private bool ArgumentFits(string effect, PolicyArgument argument, PolicyFacts facts)
    {
        var (globs, known) = argument switch
        {
            { Values: { } values } => (values, facts.Values),
            { Paths: { } paths } => (paths, facts.Paths),
            { Hosts: { } hosts } => (hosts, facts.Hosts),
            _ => (argument.Verbs!, facts.Verbs),
        };
        return known.TryGetValue(argument.Name, out var given) && given.Count > 0
            && (effect == "allow" ? given.All(value => AnyFits(globs, value)) : given.Any(value => AnyFits(globs, value)));
    }

    private static bool TimeFits(PolicyTime? time, PolicyMoment now)
    {
        if (time is null)
        {
            return true;
        }

        var (from, to) = (time.From ?? "00:00", time.To ?? "24:00");
        var isAfter = string.CompareOrdinal(now.Clock, from) >= 0;
        var isBefore = string.CompareOrdinal(now.Clock, to) < 0;
        return (time.Days is null || time.Days.Contains(now.Day))
            && (string.CompareOrdinal(from, to) < 0 ? isAfter && isBefore : isAfter || isBefore);
    }

    private static IEnumerable<string> Globs(PolicyRule rule) =>
        new[] { rule.Tools, rule.Risks, rule.Roles, rule.Agents, rule.Tenants, rule.Principals, rule.Playbooks }
            .Concat(rule.Labels?.Values ?? [])
            .Concat((rule.Arguments ?? []).SelectMany(argument => new[] { argument.Values, argument.Paths, argument.Hosts, argument.Verbs }))
            .SelectMany(globs => globs ?? []);

    // ** is anything, * anything but /, ? one character but /, which may be two UTF-16 units.
    private static Regex ToRegex(string glob)
    {
        var pattern = new StringBuilder(@"\A(?s:");
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    pattern.Append(".*");
                    i++;
                    break;
                case '*':
                    pattern.Append("[^/]*");
                    break;
                case '?':
                    pattern.Append(@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^/\uD800-\uDFFF])");
                    break;
                default:
                    pattern.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        }

        return new Regex(pattern.Append(@")\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}

/// <summary>What was decided.</summary>
/// <param name="Effect"><c>allow</c>, <c>deny</c>, <c>needs_approval</c>.</param>
/// <param name="Rule">The rule's id; empty: none fitted.</param>
/// <param name="Grants">What is allowed in so many words.</param>
/// <param name="Deciders">Who may approve; empty: everybody of the tenant.</param>
internal sealed record PolicyVerdict(string Effect, string Rule, string Reason, IReadOnlyList<string> Grants, IReadOnlyList<string> Deciders)
{
    /// <summary>The id under which the policy server keeps it; empty: it was decided here.</summary>
    public string DecisionId { get; init; } = "";

    /// <summary><c>built-in</c>, <c>opa</c> or <c>contract</c>.</summary>
    public string Source { get; init; } = "built-in";

    public static PolicyVerdict Deny(string reason, string source) => new("deny", "", reason, [], []) { Source = source };
}
