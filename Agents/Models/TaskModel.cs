using System.Text.Json;
using Agents.Hosting;
using Agents.Models.Answers;
using Agents.Models.Settings;
using Agents.Skills;
using Microsoft.Extensions.AI;

namespace Agents.Models;

/// <summary>A language model for one attempt at a task: what is asked through it is redacted, retried, timed, counted and recorded.</summary>
public sealed class TaskModel
{
    private readonly Func<string, int?, IChatClient> _client;
    private readonly ModelOptions _options;
    private readonly TaskContext _context;
    private readonly TaskSkills _skills;

    internal TaskModel(ModelChoice choice, Func<string, int?, IChatClient> client, ModelOptions options, TaskContext context, TaskSkills skills)
    {
        Provider = choice.ProviderName;
        Model = choice.Model;
        _client = client;
        _options = options;
        _context = context;
        _skills = skills;
    }

    /// <summary><c>openai</c>, <c>azure</c> or <c>compatible</c>.</summary>
    public string Provider { get; }

    /// <summary>Name of the model; for Azure of the deployment.</summary>
    public string Model { get; }

    /// <summary>The model itself, for what the other methods do not do. Functions among its tools are carried out, several at a time.</summary>
    /// <param name="purpose">What for, in a word; stands in the record of the call.</param>
    /// <returns>The client. It need not be disposed.</returns>
    public IChatClient Client(string purpose) => _client(purpose, null);

    /// <summary>Asks for text, shown to people who watch as it comes. The result says that a model wrote the part.</summary>
    /// <param name="part">The part of the result that it becomes, e.g. <c>summary</c>.</param>
    /// <param name="instructions">How to answer; nothing that others wrote belongs here.</param>
    /// <param name="prompt">What to answer.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The text.</returns>
    /// <exception cref="TaskFailedException">There is no answer; see <see cref="ModelFailureCodes"/>.</exception>
    public async Task<string> WriteAsync(string part, string instructions, string prompt, CancellationToken cancellationToken)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in _client(part, null).GetStreamingResponseAsync([new ChatMessage(ChatRole.User, WithGuidance(prompt))], Chat(instructions), cancellationToken))
        {
            await _context.WriteOutputAsync(update.Text);
            updates.Add(update);
        }

        Wrote(part);
        return Text(updates.ToChatResponse());
    }

    /// <summary>Asks for a record. An answer of the wrong form goes back with what is wrong, as often as the settings allow.</summary>
    /// <typeparam name="T">The record; its JSON Schema is given to the model.</typeparam>
    /// <param name="part">The part of the result that it becomes, e.g. <c>plan</c>.</param>
    /// <param name="instructions">How to answer; nothing that others wrote belongs here.</param>
    /// <param name="prompt">What to answer.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <param name="check">What else is wrong with an answer, in words for the model; empty: nothing. Null: no other check.</param>
    /// <param name="tools">What the model may call meanwhile. Null: nothing.</param>
    /// <param name="writes">Whether the answer is a part of the result. False: it only helps, and <see cref="Wrote"/> says what came of it.</param>
    /// <param name="toolRounds">Rounds of tool calls for one answer. Null: <c>Models:ToolRounds</c>.</param>
    /// <returns>The record.</returns>
    /// <exception cref="TaskFailedException">There is no answer of that form; see <see cref="ModelFailureCodes"/>.</exception>
    public async Task<T> AskAsync<T>(
        string part, string instructions, string prompt, CancellationToken cancellationToken, Func<T, IReadOnlyList<string>>? check = null, IReadOnlyList<AITool>? tools = null, bool writes = true,
        int? toolRounds = null)
    {
        var schema = StructuredAnswer.Schema<T>();
        var chat = Chat($"{instructions}\n\nAnswer with one JSON object and nothing else. Its JSON Schema:\n{schema.ToJsonString(AgentJson.Options)}");
        chat.ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement(schema), part.Replace(' ', '_'));
        chat.Tools = tools is null ? null : [.. tools];
        List<ChatMessage> conversation = [new(ChatRole.User, WithGuidance(prompt))];
        var client = _client(part, toolRounds);
        for (var repairs = 0; ; repairs++)
        {
            var response = await client.GetResponseAsync(conversation, chat, cancellationToken);
            var problems = StructuredAnswer.Read<T>(Text(response), schema, out var answer);
            if (problems.Count == 0)
                problems = check?.Invoke(answer!) ?? [];
            if (problems.Count == 0)
            {
                if (writes)
                    Wrote(part);
                return answer!;
            }

            if (repairs >= _options.Repairs)
            {
                throw new TaskFailedException(
                    ModelFailureCodes.InvalidAnswer,
                    $"The model {Model} gave no valid {part} in {repairs + 1} answers: {string.Join("; ", problems)}.",
                    retryable: true);
            }

            conversation.AddRange(response.Messages);
            conversation.Add(new ChatMessage(ChatRole.User, "That answer cannot be used:\n- " + string.Join("\n- ", problems) + "\nAnswer again with the whole JSON object, corrected."));
        }
    }

    /// <summary>Says that a part of the result was written by the model.</summary>
    /// <param name="part">E.g. <c>answer</c>.</param>
    public void Wrote(string part) => _context.AddModelPart(part);

    // Those who guide a run may say what those who asked for it may.
    private string WithGuidance(string prompt) => _context.Guidance is { Count: > 0 } said
        ? $"{prompt.TrimEnd()}\n\n## What people have said since the run began (the last counts most)\n- {string.Join("\n- ", said)}\n"
        : prompt;

    private ChatOptions Chat(string instructions) => new() { Instructions = _skills.AddTo(instructions), MaxOutputTokens = _options.MaxOutputTokens };

    private string Text(ChatResponse response)
    {
        if (response.FinishReason == ChatFinishReason.ContentFilter || response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().Any())
            throw new TaskFailedException(ModelFailureCodes.Refused, $"The model {Model} refused to answer.");
        if (response.FinishReason == ChatFinishReason.Length)
        {
            throw new TaskFailedException(
                ModelFailureCodes.Refused,
                $"The answer of the model {Model} was longer than its limit{(_options.MaxOutputTokens is { } most ? $" (Models:MaxOutputTokens is {most})" : "")}.");
        }

        return response.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant)?.Text ?? "";
    }
}
