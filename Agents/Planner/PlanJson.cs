using System.Text.Json;
using Google.Protobuf;
using Protos.V1;

namespace Agents.Planner;

/// <summary>Plans as JSON, with the field names of the contract.</summary>
internal static class PlanJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public static Plan Read(JsonElement json)
    {
        try
        {
            return JsonParser.Default.Parse<Plan>(json.GetRawText());
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or InvalidOperationException)
        {
            throw new InvalidPlanException($"plan: it cannot be read as a plan: {e.Message}", e);
        }
    }

    public static JsonElement Write(Plan plan)
    {
        using var document = JsonDocument.Parse(Formatter.Format(plan));
        return document.RootElement.Clone();
    }
}

/// <summary>The draft breaks a rule; the message names the task, the field and the value.</summary>
internal sealed class InvalidPlanException(string message, Exception? inner = null) : Exception(message, inner);
