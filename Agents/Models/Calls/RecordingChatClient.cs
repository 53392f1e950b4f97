using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agents.Hosting;
using Agents.Models.Settings;
using Microsoft.Extensions.AI;
using Protos.V1;

namespace Agents.Models.Calls;

/// <summary>Tells of every question and its answer: who, what for, hashes, tokens, cost, time, outcome.</summary>
internal sealed class RecordingChatClient(IChatClient inner, ModelChoice choice, string purpose, ModelOptions options, Action<ModelCall> record, TimeProvider time)
    : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chat = null, CancellationToken cancellationToken = default)
    {
        var given = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        var call = Start(given, chat, out var started);
        using var activity = ChatTrace.Start(choice, given, chat);
        try
        {
            var response = await base.GetResponseAsync(given, chat, cancellationToken);
            Succeed(call, response, started, activity);
            return response;
        }
        catch (Exception exception)
        {
            Fail(call, exception, started, activity);
            throw;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chat = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var given = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        var call = Start(given, chat, out var started);
        using var activity = ChatTrace.Start(choice, given, chat);
        List<ChatResponseUpdate> seen = [];
        await using var updates = base.GetStreamingResponseAsync(given, chat, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                Activity.Current = activity ?? Activity.Current; // the caller's own comes back at every yield
                if (!await updates.MoveNextAsync())
                    break;
            }
            catch (Exception exception)
            {
                Fail(call, exception, started, activity);
                throw;
            }

            seen.Add(updates.Current);
            yield return updates.Current;
        }

        Succeed(call, seen.ToChatResponse(), started, activity);
    }

    private ModelCall Start(IReadOnlyCollection<ChatMessage> messages, ChatOptions? chat, out long started)
    {
        started = time.GetTimestamp();
        return new ModelCall { Provider = choice.ProviderName, Model = choice.Model, Purpose = purpose, PromptHash = Hash(messages, chat?.Instructions) };
    }

    private void Succeed(ModelCall call, ChatResponse response, long started, Activity? activity)
    {
        call.AnswerHash = Hash(response.Messages, null);
        call.InputTokens = response.Usage?.InputTokenCount ?? 0;
        call.OutputTokens = response.Usage?.OutputTokenCount ?? 0;
        call.CostMicros = options.CostMicros(choice.Model, call.InputTokens, call.OutputTokens);
        call.Outcome = "ok";
        call.Tries = Tries.Of(response);
        Record(call, started);
        ChatTrace.Succeeded(activity, call, response);
    }

    private void Fail(ModelCall call, Exception exception, long started, Activity? activity)
    {
        call.Outcome = exception switch
        {
            TaskFailedException failure => failure.Code,
            OperationCanceledException => FailureCodes.Cancelled,
            _ => FailureCodes.Internal,
        };
        call.Tries = exception is TaskFailedException failed ? Tries.Of(failed) : 1;
        Record(call, started);
        ChatTrace.Failed(activity, call);
    }

    private void Record(ModelCall call, long started)
    {
        call.DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds;
        record(call);
    }

    // Role and contents, each with its length before it, so that no two conversations are written alike.
    private static string Hash(IEnumerable<ChatMessage> messages, string? instructions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (instructions is not null)
            Append(hash, ChatRole.System.Value, instructions);
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                if (Text(content) is { } text)
                    Append(hash, message.Role.Value, text);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string role, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{role} {Encoding.UTF8.GetByteCount(text)}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    private static string? Text(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"{call.Name}{JsonSerializer.Serialize(call.Arguments, AgentJson.Options)}",
        FunctionResultContent result => result.Result?.ToString() ?? "",
        _ => null,
    };
}
