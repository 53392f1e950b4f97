using Agents.Hosting;
using Protos.V1;

namespace Agents.Testing;

/// <summary>What an attempt reported from its start to its end.</summary>
public sealed class AttemptRecord
{
    /// <summary>Reads a finished attempt.</summary>
    /// <param name="events">All of its events, in order.</param>
    /// <exception cref="ArgumentException">The last is neither a result nor a failure.</exception>
    public AttemptRecord(IReadOnlyList<TaskEvent> events)
    {
        if (events.Count == 0 || (events[^1].Result ?? (object?)events[^1].Failure) is null)
            throw new ArgumentException("An attempt ends with a result or a failure, this one does not.", nameof(events));
        Events = events;
    }

    /// <summary>Every event, in order.</summary>
    public IReadOnlyList<TaskEvent> Events { get; }

    /// <summary>The steps of its progress, in order.</summary>
    public IReadOnlyList<TaskProgress> Progress => [.. Events.Select(one => one.Progress).OfType<TaskProgress>()];

    /// <summary>What it wrote for people who watch, in one piece.</summary>
    public string Written => string.Concat(Events.Select(one => one.OutputChunk?.Text));

    /// <summary>The tool calls, in order.</summary>
    public IReadOnlyList<ToolCall> ToolCalls => [.. Events.Select(one => one.ToolCall).OfType<ToolCall>()];

    /// <summary>The files of the result; empty when it failed.</summary>
    public IReadOnlyList<ArtifactRef> Artifacts => [.. Events[^1].Result?.Artifacts ?? []];

    /// <summary>What it used; null: it did not say, or failed.</summary>
    public Usage? Usage => Events[^1].Result?.Usage;

    /// <summary>Why it failed.</summary>
    /// <exception cref="InvalidOperationException">It did not fail; the message has its output.</exception>
    public Failure Failure => Events[^1].Failure ?? throw new InvalidOperationException($"The attempt did not fail, it gave {Events[^1].Result.Output}");

    /// <summary>What it gave.</summary>
    /// <typeparam name="TOutput">The record of the output.</typeparam>
    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has code and reason.</exception>
    public TOutput Output<TOutput>() => Events[^1].Result is { } result
        ? AgentJson.FromStruct<TOutput>(result.Output)
        : throw new InvalidOperationException($"The attempt failed with {Failure.Code}: {Failure.Message}");
}
