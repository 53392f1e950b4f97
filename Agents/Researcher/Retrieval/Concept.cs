namespace Agents.Researcher.Retrieval;

/// <summary>One way a passage can say a thing: all of these stems, worth so much.</summary>
internal readonly record struct Wording(string[] Stems, double Worth);

/// <summary>A thing a question is about.</summary>
/// <param name="Text">As asked.</param>
/// <param name="Wordings">The word itself first, then what else it may be called.</param>
/// <param name="Key">A name, a number or an identifier: an answer has to be about it.</param>
internal sealed record Concept(string Text, IReadOnlyList<Wording> Wordings, bool Key);
