using System.Text.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Agents.Hosting.Definitions;

namespace Agents.Models.Answers;

/// <summary>From a model's text to a record: the JSON in it, by the record's schema.</summary>
internal static class StructuredAnswer
{
    private const int MostProblems = 20;

    public static JsonObject Schema<T>() => SchemaDerivation.Derive(typeof(T), "answer of a model", input: false) ?? new JsonObject { ["type"] = "object" };

    /// <summary>What is wrong with it; empty when <paramref name="answer"/> is set.</summary>
    public static IReadOnlyList<string> Read<T>(string text, JsonObject schema, out T? answer)
    {
        answer = default;
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(Unwrap(text));
        }
        catch (JsonException exception)
        {
            return [$"the answer is not JSON: {exception.Message}"];
        }

        List<string> problems = [];
        new SchemaCheck(schema, problems).Check(schema, json, "");
        if (problems.Count > 0)
            return [.. problems.Take(MostProblems).Select(problem => problem.StartsWith("the input", StringComparison.Ordinal) ? "the answer" + problem["the input".Length..] : problem)];
        try
        {
            answer = json.Deserialize<T>(AgentJson.Options);
            return answer is null ? ["the answer is null"] : [];
        }
        catch (JsonException exception)
        {
            return [exception.Message];
        }
    }

    // Models like to put a fence around JSON, and words before and behind it.
    private static string Unwrap(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith('{'))
            return trimmed;
        var start = trimmed.IndexOf('{', StringComparison.Ordinal);
        var end = trimmed.LastIndexOf('}');
        return start >= 0 && end > start ? trimmed[start..(end + 1)] : trimmed;
    }
}
