using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Secrets in layers of images.</summary>
internal sealed class DockerSecretValue() : LineRule(new RuleInfo(
    "docker-secret-value",
    "Secret in the image",
    Category.Security,
    Severity.High,
    Languages.Docker,
    "The value stays in the history of the image; everybody who can pull it can read it.",
    "Give secrets at run time, or to the build with RUN --mount=type=secret.",
    "CWE-798"))
{
    private static readonly Regex Placeholder = Pattern.Linear(@"change_?me|example|your[-_]|placeholder|_file[ =]|/run/secrets", ignoreCase: true);

    protected override Regex Fault { get; } = Pattern.Linear(@"^\s*(?:ENV|ARG)\s+\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)\w*[ =]""?[^\s$""<]{4,}", ignoreCase: true);

    protected override bool IsReal(SourceFile file, Match match) => !Placeholder.IsMatch(match.Value);
}
