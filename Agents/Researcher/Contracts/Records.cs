using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agents.Researcher.Contracts;

[Description("A passage of a document, quoted literally.")]
internal sealed record Citation(
    [property: Description("Relative to the workspace, with '/'.")] string File,
    [property: Description("First line, from 1.")] int StartLine,
    [property: Description("Last line, included.")] int EndLine,
    [property: Description("The exact text of those lines, or a part of it.")] string Quote,
    [property: Description("Higher is better, within one question.")] double? Score = null);

internal sealed record ScopeInput([property: MinLength(1), Description("What the user wants to know.")] string Question);

internal sealed record SubQuestion(string Id, string Text, [property: Description("What it is about.")] IReadOnlyList<string> Terms);

internal sealed record ScopeOutput(string Question, IReadOnlyList<SubQuestion> SubQuestions, [property: Description("How many documents there are to look in.")] int Documents);

internal sealed record RetrieveInput(
    [property: MinLength(1)] string Question,
    [property: Range(1, 50), Description("How many passages at most; default 8.")] int? Top = null,
    [property: Description("Globs: look in these documents only.")] IReadOnlyList<string>? Include = null);

internal sealed record RetrieveOutput(
    string Question,
    [property: Description("Whether the documents answer it.")] bool Answered,
    [property: Description("Best first; the nearest ones when they do not answer.")] IReadOnlyList<Citation> Passages,
    [property: Description("What is missing or was left out; may be empty.")] string Note);

internal sealed record AnswerInput(
    [property: MinLength(1)] string Question,
    [property: Description("What was found for each sub-question; null where finding failed. Absent: it is looked for here.")] IReadOnlyList<RetrieveOutput?>? Retrievals = null);

internal sealed record AnswerOutput(
    string Question,
    bool Answered,
    [property: Description("Markdown; numbers in brackets point into citations, from 1.")] string Answer,
    IReadOnlyList<Citation> Citations,
    [property: Description("What the documents do not tell, and why parts are not there.")] IReadOnlyList<string> Missing);
