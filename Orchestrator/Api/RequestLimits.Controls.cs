using Google.Protobuf;
using Orchestrator.Processing;
using Orchestrator.Schedules;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>Bounds on what steers runs, decides approvals and sets schedules.</summary>
internal static partial class RequestLimits
{
    /// <summary>Longest task id, in characters: that of a foreach, its items and their reviews included.</summary>
    public const int MaxTaskId = 200;

    /// <summary>Longest comment to a decision, in characters.</summary>
    public const int MaxComment = 4000;

    /// <summary>Longest guidance to a run, in characters.</summary>
    public const int MaxGuidance = 4000;

    /// <summary>Longest name of a schedule, in characters.</summary>
    public const int MaxScheduleName = 64;

    /// <summary>Longest time between two starts of a schedule: a year, in seconds.</summary>
    public const int MaxEvery = 366 * 86400;

    private static void CheckControl(IMessage request)
    {
        switch (request)
        {
            case PauseRunRequest pause:
                RunId(pause.RunId);
                RequestId(pause.RequestId);
                Text(pause.Reason, "reason", 1000, multiLine: true);
                break;
            case ResumeRunRequest resume:
                RunId(resume.RunId);
                RequestId(resume.RequestId);
                break;
            case GuideRunRequest guide:
                RunId(guide.RunId);
                RequestId(guide.RequestId);
                if (string.IsNullOrWhiteSpace(guide.Text))
                    throw Refused("text", "text is empty; say what the run is to know.");
                Text(guide.Text, "text", MaxGuidance, multiLine: true);
                break;
            case RetryRunRequest retry:
                RunId(retry.RunId);
                RequestId(retry.RequestId);
                break;
            case DeleteRunRequest delete:
                RunId(delete.RunId);
                break;
            case ListApprovalsRequest approvals:
                Text(approvals.RunId, "run_id", MaxName);
                break;
            case DecideApprovalRequest decide:
                RunId(decide.RunId);
                RequestId(decide.RequestId);
                if (decide.TaskId.Length == 0)
                    throw Refused("task_id", "task_id is missing; it is required.");
                Text(decide.TaskId, "task_id", MaxTaskId);
                Text(decide.Comment, "comment", MaxComment, multiLine: true);
                break;
            case WatchProjectRequest watch:
                if (watch.Project.Length == 0)
                    throw Refused("project", "project is missing; it is required.");
                Text(watch.Project, "project", MaxLabel);
                break;
            case PutScheduleRequest put:
                RequestId(put.RequestId);
                Check(put.Schedule ?? throw Refused("schedule", "schedule is missing; it is required."), "schedule.");
                break;
            case Schedule schedule:
                Check(schedule, "");
                break;
            case DeleteScheduleRequest delete:
                ScheduleName(delete.Name, "name");
                break;
            case GetQueueMetricsRequest queue:
                Text(queue.Role, "role", MaxName);
                break;
            case GetAgentMetricsRequest agents:
                Text(agents.Role, "role", MaxName);
                break;
            default:
                CheckInsight(request);
                break;
        }
    }

    private static void Check(Schedule schedule, string at)
    {
        ScheduleName(schedule.Name, $"{at}name");
        Text(schedule.Cron, $"{at}cron", 200);
        Text(schedule.TimeZone, $"{at}time_zone", MaxName);
        InRange(schedule.Every, 0, MaxEvery, $"{at}every");
        if (schedule.Run is not { } run)
            throw Refused($"{at}run", $"{at}run is missing; it is what is submitted.");
        if (run.RequestId.Length > 0)
            throw Refused($"{at}run.request_id", $"{at}run.request_id is given; it must be empty, for each start has its own.");
        try
        {
            Check(run);
        }
        catch (RequestRefusedException wrong)
        {
            throw new RequestRefusedException(wrong.GrpcCode, wrong.Code, $"{at}run: {wrong.Message}", $"{at}run.{wrong.Field}");
        }

        if (run.Labels.Count >= MaxLabels)
            throw Refused($"{at}run.labels", $"{at}run.labels has {run.Labels.Count} entries; at most {MaxLabels - 1} are allowed, for each start gets the label '{ScheduleTimes.Label}'.");
        if (ScheduleTimes.Problem(schedule) is { } problem)
            throw Refused($"{at}{problem.Field}", $"{at}{problem.Field}: {problem.Message}");
    }

    private static void ScheduleName(string name, string field)
    {
        if (name.Length == 0)
            throw Refused(field, $"{field} is missing; it is required.");
        if (name.Length > MaxScheduleName)
            throw Refused(field, $"{field} has {name.Length} characters; at most {MaxScheduleName} are allowed.");
        if (name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            throw Refused(field, $"{field} is '{name}'; it must be lower case letters, digits and '-'.");
    }
}
