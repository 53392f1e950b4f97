using System.Text.Json;

namespace Agents.Researcher.Tests.Accuracy;

/// <summary>A question and what a cited quote has to hold; nothing where the documents cannot answer.</summary>
internal sealed record KnownQuestion(string Id, string Question, IReadOnlyList<string> Expected)
{
    public bool Answerable => Expected.Count > 0;
}

/// <summary>Questions about the documents of a published package.</summary>
internal sealed record QuestionSet(string Package, string Version, string About, IReadOnlyList<KnownQuestion> Questions)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static QuestionSet Load(string name) =>
        JsonSerializer.Deserialize<QuestionSet>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Questions", name + ".json")), Json)!;
}
