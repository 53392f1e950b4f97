using System.Runtime.CompilerServices;
using Agents.Hosting;
using Agents.Models.Settings;
using Microsoft.Extensions.AI;

namespace Agents.Models.Calls;

/// <summary>
/// Asks until there is an answer: a request that may go well the next time is repeated, after as long as the provider says,
/// within the limits of the settings. Every request streams, so that a stalled or cut answer is noticed.
/// </summary>
internal sealed class RetryingChatClient(IChatClient inner, ModelErrors errors, ModelOptions options, TimeProvider time) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chat = null, CancellationToken cancellationToken = default)
    {
        var given = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        using var tries = new Tries(errors, options, time, cancellationToken);
        while (true)
        {
            List<ChatResponseUpdate> updates = [];
            using var call = tries.Begin();
            try
            {
                await foreach (var update in Whole(base.GetStreamingResponseAsync(given, chat, call.Token), call.Token))
                    updates.Add(update);
                var response = updates.ToChatResponse();
                Tries.Note(response.AdditionalProperties ??= [], tries.Count);
                return response;
            }
            catch (Exception exception) when (exception is not TaskFailedException)
            {
                await tries.WaitOrThrowAsync(exception);
            }
        }
    }

    // What was shown cannot be taken back: once there was text, a cut is the caller's.
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chat = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var given = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        using var tries = new Tries(errors, options, time, cancellationToken);
        while (true)
        {
            using var call = tries.Begin();
            await using var updates = Whole(base.GetStreamingResponseAsync(given, chat, call.Token), call.Token).GetAsyncEnumerator(call.Token);
            var shown = false;
            var more = true;
            while (more)
            {
                try
                {
                    more = await updates.MoveNextAsync();
                }
                catch (Exception exception) when (exception is not TaskFailedException)
                {
                    await tries.WaitOrThrowAsync(exception, mayRetry: !shown);
                    break;
                }

                if (!more)
                    yield break;
                shown |= updates.Current.Contents.Count > 0;
                if (tries.Count > 1)
                    Tries.Note(updates.Current.AdditionalProperties ??= [], tries.Count);
                yield return updates.Current;
            }
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Whole(IAsyncEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ended = false;
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            ended |= update.FinishReason is not null;
            yield return update;
        }

        if (!ended)
            throw new CutShortException();
    }
}
