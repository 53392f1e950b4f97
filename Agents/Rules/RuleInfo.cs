namespace Agents.Rules;

/// <summary>What the catalogue says of a rule.</summary>
/// <param name="Id">A stable, readable id.</param>
/// <param name="Title">A few words.</param>
/// <param name="Category">What the rule looks after.</param>
/// <param name="Severity">How much its findings matter.</param>
/// <param name="Languages">The languages it reads.</param>
/// <param name="Explanation">Why it matters: the message of a finding that says nothing more exact.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Cwe">The weakness, for example <c>CWE-79</c>; null where none applies.</param>
/// <param name="HasFix">True when findings can carry a mechanical repair.</param>
/// <param name="InTests">True when the rule also reads test code.</param>
public sealed record RuleInfo(
    string Id,
    string Title,
    Category Category,
    Severity Severity,
    Languages Languages,
    string Explanation,
    string Remedy,
    string? Cwe = null,
    bool HasFix = false,
    bool InTests = false);
