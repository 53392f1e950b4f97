using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Display;

/// <summary>How approvals are told.</summary>
internal static class ApprovalText
{
    /// <summary>E.g. <c>ann or bob</c>.</summary>
    public static string Who(IReadOnlyList<string> deciders) => deciders.Count == 0 ? "anybody" : string.Join(" or ", deciders);

    /// <summary>The commands that decide it.</summary>
    public static string HowTo(Session session, string runId, string taskId)
    {
        var server = session.Server == new Uri(Session.DefaultServer) ? "" : $" --server {session.Server.GetLeftPart(UriPartial.Authority)}";
        return $"agents approve {runId} {taskId}{server}   or   agents reject {runId} {taskId}{server}";
    }

    /// <summary>What is asked, of whom, until when, and what it rests on.</summary>
    public static string Details(ApprovalView approval)
    {
        var lines = new List<string> { $"{approval.RunId}  {approval.TaskId}  asked {Words.When(approval.RequestedAt?.ToDateTimeOffset() ?? default)} of {Who(approval.Deciders)}{Until(approval.Deadline)}" };
        lines.AddRange(approval.Question.Split('\n').Select(line => $"  {Words.Printable(line)}"));
        lines.AddRange((approval.Evidence?.Fields ?? []).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"  {field.Key}: {Words.OneLine(Text(field.Value), 200)}"));
        if (approval.Reminders > 0 || approval.Escalated)
        {
            lines.Add($"  {(approval.Reminders > 0 ? $"reminded {approval.Reminders} times" : "")}{(approval is { Reminders: > 0, Escalated: true } ? ", " : "")}{(approval.Escalated ? "escalated" : "")}");
        }

        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>E.g. <c>, until 2026-11-21 14:05:00 UTC</c>; empty when there is no end.</summary>
    public static string Until(Timestamp? deadline) => deadline is null ? "" : $", until {Words.When(deadline.ToDateTimeOffset())}";

    private static string Text(Value value) => value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : value.ToString();
}
