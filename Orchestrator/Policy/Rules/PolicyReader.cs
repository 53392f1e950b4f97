using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Orchestrator.Contracts;

namespace Orchestrator.Policy.Rules;

/// <summary>Reads the data file; what is wrong in it is named with its place.</summary>
internal static partial class PolicyReader
{
    private static readonly string[] Effects = ["allow", "deny", "needs_approval"];
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Disallow,
    };

    /// <exception cref="PolicyFileException">It is no policy.</exception>
    public static PolicyRules Read(string text)
    {
        PolicyRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<PolicyFile>(text, Json)?.ToolPolicy ?? throw new PolicyFileException("it is null");
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            throw new PolicyFileException($"line {line}, {e.Path}: {e.Message.Split(" Path:")[0]}", line, (int)(e.BytePositionInLine ?? 0) + 1);
        }

        try
        {
            Check(rules);
        }
        catch (PolicyFileException e) when (e.Path.Length > 0)
        {
            var (line, column) = JsonPlaces.Of(text).Find(e.Path);
            throw new PolicyFileException($"line {line}, {e.Message}", line, column);
        }

        return rules;
    }

    private static void Check(PolicyRules rules)
    {
        Require(Effects.Contains(rules.Default) && rules.Default != "needs_approval", "tool_policy.default", rules.Default, "must be allow or deny");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rules.Rules.Count; i++)
        {
            Check(rules.Rules[i], $"tool_policy.rules[{i}]", ids);
        }
    }

    private static void Check(PolicyRule rule, string where, HashSet<string> ids)
    {
        Require(Id().IsMatch(rule.Id), $"{where}.id", rule.Id, "must be 1 to 100 letters, digits, - and _");
        Require(ids.Add(rule.Id), $"{where}.id", rule.Id, "is used twice");
        Require(Effects.Contains(rule.Effect), $"{where}.effect", rule.Effect, $"must be one of {string.Join(", ", Effects)}");
        CheckGlobs(rule.Tools, $"{where}.tools");
        CheckGlobs(rule.Risks, $"{where}.risks");
        CheckGlobs(rule.Roles, $"{where}.roles");
        CheckGlobs(rule.Agents, $"{where}.agents");
        CheckGlobs(rule.Tenants, $"{where}.tenants");
        CheckGlobs(rule.Principals, $"{where}.principals");
        CheckGlobs(rule.Playbooks, $"{where}.playbooks");
        foreach (var (name, globs) in rule.Labels ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            CheckGlobs(globs, $"{where}.labels.{name}");
        }

        Require(rule.Effect != "deny" || rule.Grants is null, $"{where}.grants", "", "must not stand in a rule that denies");
        Require(rule.Effect == "needs_approval" || rule.Deciders is null, $"{where}.deciders", "", "stand in rules with needs_approval only");
        for (var i = 0; i < (rule.Arguments?.Count ?? 0); i++)
        {
            var argument = rule.Arguments![i];
            IReadOnlyList<string>?[] kinds = [argument.Values, argument.Paths, argument.Hosts, argument.Verbs];
            Require(kinds.Count(kind => kind is not null) == 1, $"{where}.arguments[{i}]", argument.Name, "must have one of values, paths, hosts, verbs");
            CheckGlobs(kinds.First(kind => kind is not null), $"{where}.arguments[{i}]");
        }

        if (rule.Time is { } time)
        {
            Require(time.Days is null || (time.Days.Count > 0 && time.Days.All(Days.Contains)), $"{where}.time.days", string.Join(", ", time.Days ?? []), $"must be some of {string.Join(", ", Days)}");
            Require(time.From is null || Clock().IsMatch(time.From), $"{where}.time.from", time.From ?? "", "must be a time like 08:00");
            Require(time.To is null || Clock().IsMatch(time.To), $"{where}.time.to", time.To ?? "", "must be a time like 18:00, at most 24:00");
            Require((time.From ?? "00:00") != (time.To ?? "24:00"), $"{where}.time", time.From ?? "", "begins where it ends");
        }
    }

    private static void CheckGlobs(IReadOnlyList<string>? globs, string where)
    {
        Require(globs is not { Count: 0 }, where, "[]", "must not be empty: leave it out");
        foreach (var glob in globs ?? [])
        {
            Require(glob is { Length: > 0 and <= 500 } && GlobText().IsMatch(glob), where, glob ?? "null", "must be text without \\ ( ) [ ] { } | ^ $ and control characters; **, * and ? are wildcards");
        }
    }

    private static void Require(bool isRight, string where, string value, string rule)
    {
        if (!isRight)
        {
            throw new PolicyFileException($"{where}: '{value}' {rule}") { Path = where };
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,100}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^[^\\()\[\]{}|^$\p{Cc}]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlobText();
}

/// <summary>A policy file that cannot be used.</summary>
/// <param name="line">From 1; 0: not known.</param>
/// <param name="column">From 1; 0: not known.</param>
internal sealed class PolicyFileException(string message, int line = 0, int column = 0) : Exception(message)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>The value at fault, when its place is still to be found.</summary>
    public string Path { get; init; } = "";
}
