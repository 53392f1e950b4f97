using System.Text.Json;

namespace Agents.Writer.Answers;

/// <summary>What a researcher answered to one question.</summary>
internal sealed record AnswerPart(string Question, bool Answered, string Text, IReadOnlyList<Citation> Citations, IReadOnlyList<string> Missing)
{
    /// <summary>One answer, or a list of them with nulls for those that failed.</summary>
    public static IReadOnlyList<AnswerPart> ReadAll(JsonElement? answer) => answer switch
    {
        { ValueKind: JsonValueKind.Object } one => [Read(one)],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().SelectMany(item => ReadAll(item))],
        _ => [],
    };

    private static AnswerPart Read(JsonElement element) => new(
        element.Text("question") ?? "",
        element.Flag("answered"),
        element.Text("answer") ?? "",
        [.. element.Items("citations").Select(Passages.ReadCitation).OfType<Citation>()],
        element.Texts("missing"));
}

/// <summary>What a retrieval found for one question.</summary>
internal sealed record Retrieval(string Question, bool Answered, IReadOnlyList<Citation> Passages, string? Note)
{
    /// <summary>One retrieval or a list of them; null for each that failed.</summary>
    public static IReadOnlyList<Retrieval?> ReadAll(JsonElement? retrievals) => retrievals switch
    {
        { ValueKind: JsonValueKind.Object } one => [Read(one)],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().SelectMany(item => item.ValueKind == JsonValueKind.Array ? ReadAll(item) : [item.ValueKind == JsonValueKind.Object ? Read(item) : null])],
        _ => [],
    };

    private static Retrieval Read(JsonElement element) => new(
        element.Text("question") ?? "",
        element.Flag("answered"),
        [.. element.Items("passages").Select(Answers.Passages.ReadCitation).OfType<Citation>()],
        element.Text("note") is { Length: > 0 } note ? note : null);
}

/// <summary>Reading of passages, which are citations before anybody cites them.</summary>
internal static class Passages
{
    public static Citation? ReadCitation(JsonElement element) =>
        element.Text("file") is { Length: > 0 } file && element.Whole("start_line") is >= 1 and var start && element.Text("quote") is { Length: > 0 } quote
            ? new Citation(file, start, Math.Max(start, element.Whole("end_line") ?? start), quote, element.Number("score"))
            : null;
}
