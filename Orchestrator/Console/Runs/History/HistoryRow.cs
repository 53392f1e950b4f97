namespace Orchestrator.Console.Runs.History;

/// <summary>An event as people read it.</summary>
/// <param name="Version">Its place in the log.</param>
/// <param name="Time">When.</param>
/// <param name="Kind">What, as the log names it, e.g. <c>task_started</c>.</param>
/// <param name="TaskId">The task that it is about; empty: the run.</param>
/// <param name="Text">In words.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, <c>warn</c>, <c>busy</c> or <c>quiet</c>.</param>
/// <param name="Cause">Version of the event that it follows from; 0: none, or not known.</param>
public sealed record HistoryRow(long Version, DateTimeOffset Time, string Kind, string TaskId, string Text, string Tone, long Cause);

/// <summary>What a stretch of a task's time went into.</summary>
public enum SpanKind
{
    /// <summary>In the queue, or held.</summary>
    Queue,

    /// <summary>An attempt at an agent.</summary>
    Attempt,

    /// <summary>Its output is reviewed.</summary>
    Review,

    /// <summary>A person decides.</summary>
    Decision,

    /// <summary>A time passes.</summary>
    Clock,

    /// <summary>Another run.</summary>
    Run,

    /// <summary>A tool is called.</summary>
    Tool,

    /// <summary>A language model is asked.</summary>
    Model,
}

/// <summary>A stretch of a task's time.</summary>
/// <param name="Kind">What it went into.</param>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end; null: it goes on.</param>
/// <param name="Text">In words.</param>
/// <param name="Ok">Whether it ended well; null: not said.</param>
public sealed record TaskSpan(SpanKind Kind, DateTimeOffset From, DateTimeOffset? To, string Text, bool? Ok);

/// <summary>What had been used at a moment.</summary>
/// <param name="Time">The moment.</param>
/// <param name="Tokens">All tokens up to then.</param>
/// <param name="CostMicros">All cost up to then, in millionths.</param>
public sealed record SpendPoint(DateTimeOffset Time, long Tokens, long CostMicros);
