using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Display;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Reports;

/// <summary>Writes what came of a run: <c>report.md</c>, <c>report.json</c>, and the plan's other files.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where a run's files go when nothing says so: a folder of the run's name below this.</summary>
    public const string DefaultFolder = "out";

    /// <summary>Whether files can be written there, before anything is started.</summary>
    /// <param name="folder">As given; null: nothing was.</param>
    /// <param name="detached">Whether nothing will be written.</param>
    /// <returns>Null, or why not.</returns>
    public static string? CheckFolder(string? folder, bool detached)
    {
        if (detached)
        {
            return null;
        }

        var target = folder ?? DefaultFolder;
        try
        {
            Directory.CreateDirectory(target);
            var probe = Path.Combine(target, $".{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"--out: '{target}' cannot be written to: {e.Message}";
        }
    }

    /// <summary>Writes the files, and gives their paths.</summary>
    public static IReadOnlyList<string> Write(RunResult result, string folder)
    {
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        var files = result.Output?.Fields.GetValueOrDefault("files")?.StructValue;
        foreach (var (name, content) in files?.Fields ?? [])
        {
            // Only plain names: a plan's result must not write elsewhere.
            if (content.KindCase == Value.KindOneofCase.StringValue && Path.GetFileName(name) == name && name is not ("" or "." or ".." or "report.json"))
            {
                Add(name, content.StringValue);
            }
        }

        if (!written.Contains(Path.Combine(folder, "report.md")))
        {
            Add("report.md", Text(result.Output, "summary") is { Length: > 0 } summary ? summary : $"# {Words.Of(result.Status)}\n\n{result.Failure?.Message}\n");
        }

        Add("report.json", Report(result).ToJsonString(s_json) + "\n");
        return written;

        void Add(string name, string content)
        {
            File.WriteAllText(Path.Combine(folder, name), content);
            written.Add(Path.Combine(folder, name));
        }
    }

    /// <summary>The report for programs; its schema is docs/report.schema.json.</summary>
    public static JsonObject Report(RunResult result)
    {
        var report = new JsonObject
        {
            ["run_id"] = result.RunId,
            ["playbook"] = result.Playbook,
            ["status"] = Words.Of(result.Status),
            ["request"] = result.Request,
            ["duration"] = result.DurationSeconds,
            ["summary"] = Text(result.Output, "summary"),
            ["tasks"] = new JsonArray([.. result.Tasks.Select(Task)]),
            ["findings"] = Array(result, "findings"),
            ["citations"] = Array(result, "citations"),
            ["missing"] = Missing(result),
        };
        if (result.Failure is { } failure)
        {
            report["failure"] = new JsonObject { ["code"] = failure.Code, ["message"] = failure.Message };
        }

        return report;
    }

    private static JsonObject Task(TaskView task) => new()
    {
        ["id"] = task.Id,
        ["role"] = task.Role,
        ["status"] = Words.Of(task.Status),
        ["instance"] = task.Instance,
        ["attempts"] = task.Attempts,
        ["score"] = task.Score,
        ["duration"] = task.DurationSeconds,
    };

    private static JsonArray Missing(RunResult result)
    {
        var missing = Array(result, "missing");
        foreach (var text in result.Missing)
        {
            missing.Add(text);
        }

        return missing;
    }

    private static JsonArray Array(RunResult result, string name) =>
        result.Output?.Fields.GetValueOrDefault(name) is { KindCase: Value.KindOneofCase.ListValue } list
            ? (JsonArray)ToJson(list)!
            : [];

    // Whole numbers without a fraction: a line is 12, not 12.0.
    private static JsonNode? ToJson(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StructValue => new JsonObject(value.StructValue.Fields.Select(field => KeyValuePair.Create(field.Key, ToJson(field.Value)))),
        Value.KindOneofCase.ListValue => new JsonArray([.. value.ListValue.Values.Select(ToJson)]),
        Value.KindOneofCase.StringValue => JsonValue.Create(value.StringValue),
        Value.KindOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        Value.KindOneofCase.NumberValue => value.NumberValue == Math.Truncate(value.NumberValue) && Math.Abs(value.NumberValue) < 1L << 53
            ? JsonValue.Create((long)value.NumberValue)
            : JsonValue.Create(value.NumberValue),
        _ => null,
    };

    private static string Text(Struct? output, string name) =>
        output?.Fields.GetValueOrDefault(name) is { KindCase: Value.KindOneofCase.StringValue } text ? text.StringValue : "";
}
