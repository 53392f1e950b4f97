using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agents.Researcher.Synthesis;

/// <summary>A question in the words that documents might use.</summary>
internal sealed record Reformulation(
    [property: MinLength(1), MaxLength(5), Description("Search queries: the question in other words, with synonyms and the terms of the trade.")] IReadOnlyList<string> Queries);

/// <summary>An answer as a model is asked for it.</summary>
internal sealed record Draft(
    [property: Description("Whether the passages answer the question.")] bool Answered,
    [property: Description("Markdown, short. Behind each statement the number of its citation in brackets, e.g. [1].")] string Answer,
    [property: MaxLength(20), Description("The first is [1].")] IReadOnlyList<DraftCitation> Citations,
    [property: Description("What is asked and the passages do not tell; may be empty.")] IReadOnlyList<string> Missing);

/// <summary>What a statement rests on.</summary>
internal sealed record DraftCitation(
    [property: Description("Number of the passage.")] int Passage,
    [property: MinLength(3), Description("Words of that passage, copied letter by letter.")] string Quote);
