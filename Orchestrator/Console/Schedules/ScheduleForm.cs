using System.Globalization;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Schedules;

/// <summary>A schedule as the fields of a form.</summary>
internal static class ScheduleForm
{
    private const string Yes = "true";

    /// <summary>What the form shows of a schedule.</summary>
    public static IReadOnlyDictionary<string, string> Of(Schedule schedule) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["name"] = schedule.Name,
        ["is_new"] = schedule.Name.Length == 0 ? Yes : "",
        ["kind"] = schedule.Every > 0 ? "every" : "cron",
        ["cron"] = schedule.Cron,
        ["time_zone"] = schedule.TimeZone,
        ["every"] = schedule.Every > 0 ? schedule.Every.ToString(CultureInfo.InvariantCulture) : "",
        ["request"] = schedule.Run?.Request ?? "",
        ["playbook"] = schedule.Run?.Playbook ?? "",
        ["inputs"] = schedule.Run?.Inputs is { Fields.Count: > 0 } inputs ? ProtoJson.ToText(inputs) : "",
        ["workspace"] = schedule.Run?.Workspace?.Path ?? "",
        ["paused"] = Flag(schedule.Paused),
        ["catch_up"] = Flag(schedule.CatchUp),
        ["skip_if_running"] = Flag(schedule.SkipIfRunning),
    };

    /// <summary>The schedule that was entered; what it means is judged by whoever takes it.</summary>
    /// <exception cref="RequestRefusedException">Something is not even of its type.</exception>
    public static Schedule Read(IReadOnlyDictionary<string, string> values)
    {
        var isCron = Text("kind") != "every";
        return new Schedule
        {
            Name = Text("name"),
            Cron = isCron ? Text("cron") : "",
            TimeZone = isCron ? Text("time_zone") : "",
            Every = isCron ? 0 : Seconds(Text("every")),
            Run = new SubmitRunRequest
            {
                Request = Text("request").ReplaceLineEndings("\n"),
                Playbook = Text("playbook"),
                Inputs = Inputs(Text("inputs")),
                Workspace = Text("workspace").Length > 0 ? new Workspace { Path = Text("workspace") } : null,
            },
            Paused = Text("paused") == Yes,
            CatchUp = Text("catch_up") == Yes,
            SkipIfRunning = Text("skip_if_running") == Yes,
        };

        string Text(string name) => values.GetValueOrDefault(name, "").Trim();
    }

    /// <summary>The form's field that a refusal is about; empty: none.</summary>
    public static string FieldOf(string? field) => (field ?? "").Replace("schedule.", "", StringComparison.Ordinal) switch
    {
        ("name" or "cron" or "time_zone" or "every" or "inputs") and var same => same,
        "run.request" => "request",
        "run.playbook" => "playbook",
        "run.workspace" or "run.workspace.path" => "workspace",
        var other when other.StartsWith("run.inputs", StringComparison.Ordinal) => "inputs",
        _ => "",
    };

    private static string Flag(bool value) => value ? Yes : "false";

    private static int Seconds(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        ? seconds
        : throw Refused($"'{text}' is not a whole number of seconds.", "every");

    private static Google.Protobuf.WellKnownTypes.Struct? Inputs(string text)
    {
        try
        {
            return text.Length > 0 ? ProtoJson.ParseStruct(text) : null;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw Refused($"This is no JSON object: {e.Message}", "inputs");
        }
    }

    private static RequestRefusedException Refused(string message, string field) => new(StatusCode.InvalidArgument, "INVALID_INPUT", message, field);
}
