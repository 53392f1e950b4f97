using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Planner;

/// <summary>The <c>${task.path}</c> references of a plan, and how they change when a task goes or becomes several.</summary>
internal static partial class TaskReferences
{
    private static readonly HashSet<string> NotTasks = ["inputs", "request", "item", "index", "run"];

    /// <summary>Ids of the tasks that a task refers to.</summary>
    public static IReadOnlyCollection<string> Of(PlannedTask task) =>
        Of(Value.ForStruct(task.Input ?? new Struct())).Concat(Of(task.Description)).Concat(Of(task.When)).Concat(Of(task.Foreach))
            .Concat(Elsewhere(task)).ToHashSet();

    /// <summary>Ids of the tasks that a task refers to in other fields than input, description, condition and list.</summary>
    public static IEnumerable<string> Elsewhere(PlannedTask task) =>
        Of(task.Approval).Concat(Of(task.Wait?.Until ?? "")).Concat(Of(task.Wait?.Duration ?? "")).Concat(Of(task.SubRun?.Request ?? ""))
            .Concat(Of(Value.ForStruct(task.Fallback?.Value ?? new Struct()))).Concat(Of(task.Fallback?.Ask))
            .Concat(Of(Value.ForStruct(task.Context ?? new Struct()))).Concat(task.Requirements.SelectMany(Of));

    /// <summary>Takes the references to a task out of those fields.</summary>
    public static void ForgetElsewhere(PlannedTask task, string id)
    {
        Forget(task.Approval, id);
        Forget(task.Fallback?.Ask, id);
        if (task.Wait is { } wait)
            (wait.Until, wait.Duration) = (InText(wait.Until, id, "nothing"), InText(wait.Duration, id, "nothing"));
        if (task.SubRun is { } run)
            run.Request = InText(run.Request, id, "nothing");
        if (task.Fallback?.Value is { } value)
            task.Fallback.Value = Replace(Value.ForStruct(value), id, []).StructValue;
        if (task.Context is not null)
            task.Context = Replace(Value.ForStruct(task.Context), id, []).StructValue;
        for (var i = 0; i < task.Requirements.Count; i++)
            task.Requirements[i] = InText(task.Requirements[i], id, "nothing");
    }

    private static IEnumerable<string> Of(Approval? approval) =>
        approval is null ? [] : Of(approval.Question).Concat(Of(Value.ForStruct(approval.Evidence ?? new Struct())));

    private static void Forget(Approval? approval, string id)
    {
        if (approval is null)
            return;
        approval.Question = InText(approval.Question, id, "nothing");
        if (approval.Evidence is not null)
            approval.Evidence = Replace(Value.ForStruct(approval.Evidence), id, []).StructValue;
    }

    public static IEnumerable<string> Of(string text) => Reference().Matches(text).Select(match => match.Groups["root"].Value).Where(root => !NotTasks.Contains(root));

    public static IEnumerable<string> Of(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => Of(value.StringValue),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Values.SelectMany(Of),
        Value.KindOneofCase.ListValue => value.ListValue.Values.SelectMany(Of),
        _ => [],
    };

    /// <summary>Whether a task is referred to by values that are that reference and nothing else: only those can become lists.</summary>
    public static bool OnlyWhole(Value value, string id) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => !Of(value.StringValue).Contains(id) || IsWhole(value.StringValue),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Values.All(field => OnlyWhole(field, id)),
        Value.KindOneofCase.ListValue => value.ListValue.Values.All(item => OnlyWhole(item, id)),
        _ => true,
    };

    /// <summary>The value with references to <paramref name="id"/> replaced: null for none, a list for several tasks.</summary>
    public static Value Replace(Value value, string id, IReadOnlyList<string> by)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                var fields = new Struct();
                foreach (var (name, field) in value.StructValue.Fields)
                    fields.Fields[name] = Replace(field, id, by);
                return Value.ForStruct(fields);
            case Value.KindOneofCase.ListValue:
                return Value.ForList([.. value.ListValue.Values.Select(item => Replace(item, id, by))]);
            case Value.KindOneofCase.StringValue when Of(value.StringValue).Contains(id):
                if (!IsWhole(value.StringValue))
                    return Value.ForString(InText(value.StringValue, id, "nothing"));
                return by.Count == 0 ? Value.ForNull() : Value.ForList([.. by.Select(other => Value.ForString(Rename(value.StringValue, id, other)))]);
            default:
                return value;
        }
    }

    /// <summary>The text with references to a task replaced by a word.</summary>
    public static string InText(string text, string id, string by) => Reference().Replace(text, match => match.Groups["root"].Value == id ? by : match.Value);

    private static string Rename(string text, string id, string other) =>
        Reference().Replace(text, match => match.Groups["root"].Value == id ? "${" + other + match.Value[(match.Groups["root"].Index - match.Index + id.Length)..] : match.Value);

    private static bool IsWhole(string text) => Reference().Match(text.Trim()) is { Success: true } match && match.Length == text.Trim().Length;

    [GeneratedRegex(@"\$\{\s*(?<root>[A-Za-z0-9_/-]+)[^}]*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
