using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Agents.Developer.Implementing;

/// <summary>What is to be built. The task's own description and requirements say what this step of it is.</summary>
/// <param name="Request">What was asked for, in the client's words.</param>
/// <param name="Requirements">What was found out about it; null: nothing.</param>
/// <param name="Design">How it is to be built; null: that is left open.</param>
/// <param name="Findings">What reviewers found. A list without any, together with a change: there is nothing to do.</param>
/// <param name="Change">A unified diff to start from; null: the workspace as it is.</param>
/// <param name="Test">The command that runs the tests, word by word; null: nothing is run.</param>
/// <param name="TestSeconds">How long they may take; null means 300.</param>
/// <param name="Rounds">How often the model may try until the tests pass; null means 3.</param>
internal sealed record ImplementInput(
    [property: Description("What was asked for.")] string Request,
    [property: Description("What was found out about it.")] JsonElement? Requirements = null,
    [property: Description("How it is to be built.")] JsonElement? Design = null,
    [property: Description("Findings, lists of them, or reviews. Without any, and with a change, there is nothing to do.")] JsonElement? Findings = null,
    [property: Description("A unified diff to start from.")] string? Change = null,
    [property: Description("The command that runs the tests, word by word, e.g. [\"node\", \"--test\"]."), MaxLength(50)] IReadOnlyList<string>? Test = null,
    [property: Description("Seconds that the tests may take. Default 300."), Range(1, 86_400)] int? TestSeconds = null,
    [property: Description("How often the model may try until the tests pass. Default 3."), Range(1, 10)] int? Rounds = null)
{
    internal const int DefaultRounds = 3;
    internal const int DefaultTestSeconds = 300;
}
