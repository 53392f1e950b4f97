using Google.Protobuf;
using Orchestrator.Planning.Yaml;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>Bounds on what is asked to be shown, tried or searched.</summary>
internal static partial class RequestLimits
{
    /// <summary>Longest text of a playbook or a policy, in characters.</summary>
    public const int MaxFileText = YamlReader.MaxLength;

    private static void CheckInsight(IMessage request)
    {
        switch (request)
        {
            case GetPlaybookRequest get:
                Text(get.Name, "name", MaxName);
                break;
            case ValidatePlaybookRequest playbook:
                FileText(playbook.Text, "text");
                Text(playbook.Name, "name", MaxName);
                break;
            case PreviewPlanRequest preview:
                Check(preview.Run ?? throw Refused("run", "run is missing; it is what would be submitted."));
                break;
            case ValidatePolicyRequest policy:
                FileText(policy.Text, "text");
                break;
            case TestPolicyRequest test:
                Check(test);
                break;
            case SearchEventsRequest search:
                Text(search.RunId, "run_id", MaxName);
                Several(search.Kinds, "kinds", 50, MaxName);
                Text(search.Agent, "agent", MaxName);
                Text(search.Tool, "tool", MaxName);
                Text(search.Text, "text", 200);
                InRange(search.PageSize, 0, MaxPageSize, "page_size");
                Text(search.PageToken, "page_token", 1000);
                break;
            case TryAgentRequest trial:
                Check(trial);
                break;
        }
    }

    private static void Check(TestPolicyRequest request)
    {
        if (request.Tool.Length == 0)
            throw Refused("tool", "tool is missing; it is required.");
        Text(request.Tool, "tool", MaxName);
        Text(request.Role, "role", MaxName);
        Text(request.Agent, "agent", MaxName);
        Text(request.Tenant, "tenant", MaxName);
        Text(request.Principal, "principal", MaxName);
        Text(request.Playbook, "playbook", MaxName);
        Text(request.Risk, "risk", MaxName);
        Data(request.Arguments, "arguments");
        Labels(request.Labels);
        FileText(request.Policy, "policy");
        if (request.Time is { } time && (time.Seconds is < -62_135_596_800 or > 253_402_300_799 || time.Nanos is < 0 or > 999_999_999))
            throw Refused("time", "time is no moment from the year 1 to 9999.");
    }

    private static void Check(TryAgentRequest request)
    {
        RequestId(request.RequestId);
        if (request.Role.Length == 0)
            throw Refused("role", "role is missing; it is required.");
        Text(request.Role, "role", MaxName);
        Text(request.TaskType, "task_type", MaxName);
        if (request.Description.Length > 0)
            Words(request.Description, "description");
        Data(request.Input, "input");
        Text(request.Workspace?.Path ?? "", "workspace.path", MaxPath);
        InRange(request.TimeLimit, 0, MaxTimeLimit, "time_limit");
        Labels(request.Labels);
        if (request.Labels.Count >= MaxLabels)
            throw Refused("labels", $"labels has {request.Labels.Count} entries; at most {MaxLabels - 1} are allowed, for a trial gets one of its own.");
    }

    // Checked line by line by its own reader: here only that it is bounded.
    private static void FileText(string text, string field)
    {
        if (text.Length > MaxFileText)
            throw TooLarge(field, $"{field} has {text.Length} characters; at most {MaxFileText} are allowed.");
    }
}
