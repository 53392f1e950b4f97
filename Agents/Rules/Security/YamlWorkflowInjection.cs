using System.Text.RegularExpressions;

namespace Agents.Rules.Security;

/// <summary>Text of strangers in the scripts of a workflow.</summary>
internal sealed class YamlWorkflowInjection() : LineRule(new RuleInfo(
    "yaml-workflow-injection",
    "Text of a stranger in a script",
    Category.Security,
    Severity.High,
    Languages.Yaml,
    "The text is put into the script before the shell reads it; who writes an issue or names a branch can run commands with the rights of the workflow.",
    "Pass it by an environment variable, and use that in the script in quotes.",
    "CWE-94"))
{
    public override IReadOnlyList<string> Triggers => ["github."];

    protected override Regex Fault { get; } = Pattern.Timed(@"^(?!\s*(?:if|name|\w+):\s*\$\{\{)[^\n]*\$\{\{\s*github\.(?:event\.(?:issue|pull_request|comment|review|discussion|head_commit|commits)\b[\w.\[\]*]*\.(?:title|body|ref|label|name|message|email)|head_ref)\s*\}\}");
}
