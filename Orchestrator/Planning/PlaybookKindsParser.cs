using Google.Protobuf.WellKnownTypes;
using Orchestrator.Planning.Yaml;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads what a task is when no agent does it (<c>approval</c>, <c>wait</c>, <c>playbook</c>, <c>discuss</c>), and its <c>fallback</c>.</summary>
internal sealed class PlaybookKindsParser(Action<YamlNode, string> wrong)
{
    private static readonly string[] s_kinds = ["approval", "wait", "playbook", "discuss"];

    /// <summary>Whether an agent does the task: it says nothing else.</summary>
    public static bool IsForAnAgent(YamlFields fields) => !s_kinds.Any(kind => fields.Node(kind) is not null);

    public void Read(YamlFields fields, PlannedTask task)
    {
        var given = s_kinds.Where(kind => fields.Node(kind) is not null).ToList();
        if (given.Count > 1)
            wrong(fields.Node(given[1])!, $"{fields.At(given[1])}: the task has {given[0]} already; one of {string.Join(", ", s_kinds)} is allowed");
        var approval = Approval(fields.Fields("approval"));
        var wait = Wait(fields.Fields("wait"));
        var discussion = PlaybookDiscussionParser.Read(fields.Fields("discuss"));
        var playbook = fields.Text("playbook", 100);
        var request = fields.Text("request", 10_000);
        if (request.Length > 0 && playbook.Length == 0)
            wrong(fields.Node("request")!, $"{fields.At("request")} is for a task with 'playbook'; there is none here");
        if (approval is not null)
            task.Approval = approval;
        else if (wait is not null)
            task.Wait = wait;
        else if (discussion is not null)
            task.Discuss = discussion;
        else if (fields.Node("playbook") is not null)
            task.SubRun = new SubRun { Playbook = playbook, Request = request };
        task.Fallback = Fallback(fields.Fields("fallback"));
    }

    /// <summary>How a person is asked.</summary>
    /// <param name="asksByItself">Whether there is a question without one being given.</param>
    public static Approval? Approval(YamlFields? fields, bool asksByItself = false)
    {
        if (fields is null)
            return null;
        var approval = new Approval
        {
            Question = fields.Text("question", 10_000, required: !asksByItself),
            Deciders = { fields.Texts("deciders", 100, 200) },
            Evidence = fields.Data("evidence"),
            Deadline = fields.Integer("deadline", 1, Waits.MaxSeconds) ?? 0,
            OnTimeout = fields.OneOf("on_timeout", "reject", "approve", "fail"),
            RemindEvery = fields.Integer("remind_every", 1, Waits.MaxSeconds) ?? 0,
            EscalateAfter = fields.Integer("escalate_after", 1, Waits.MaxSeconds) ?? 0,
            EscalateTo = { fields.Texts("escalate_to", 100, 200) },
            OnRejected = fields.OneOf("on_rejected", "fail", "continue"),
        };
        fields.Done();
        return approval;
    }

    private Wait? Wait(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var wait = new Wait { Until = fields.Text("until", 500) };
        switch (fields.Node("for"))
        {
            case null:
                break;
            case YamlScalar { Value.KindCase: Value.KindOneofCase.StringValue or Value.KindOneofCase.NumberValue } length:
                wait.Duration = Values.ToText(length.Value);
                break;
            case var node:
                wrong(node, $"{fields.At("for")} is {node.Kind}; it must be seconds, or text like PT90M");
                break;
        }

        fields.Done();
        return wait;
    }

    private static Fallback? Fallback(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var fallback = new Fallback();
        if (fields.Node("role") is not null)
            fallback.Role = fields.Text("role", 100, required: true);
        if (fields.Data("value") is { } value)
            fallback.Value = value;
        if (fields.Node("skip") is not null)
            fallback.Skip = fields.Flag("skip");
        if (Approval(fields.Fields("ask")) is { } ask)
            fallback.Ask = ask;
        if (fields.Node("fail_run") is not null)
            fallback.FailRun = fields.Flag("fail_run");
        fields.ExactlyOne("role", "value", "skip", "ask", "fail_run");
        fields.Done();
        return fallback;
    }
}
