namespace Orchestrator.Planning;

/// <summary>Something wrong in a playbook file.</summary>
/// <param name="File">As shown to people, e.g. <c>playbooks/code-audit.yaml</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Reason">Names the field, the value and the rule.</param>
internal sealed record PlaybookError(string File, int Line, int Column, string Reason)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {Reason}";
}
