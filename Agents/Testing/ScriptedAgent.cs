using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Agents.Hosting;

namespace Agents.Testing;

/// <summary>An agent of a <see cref="PlaybookTest"/> that answers by script. It is a real one: it joins the engine and answers over gRPC.</summary>
public sealed class ScriptedAgent
{
    private readonly Dictionary<string, Func<ScriptedCall, ScriptedAnswer>> _answers = [];
    private readonly ConcurrentQueue<ScriptedCall> _calls = new();
    private readonly ConcurrentDictionary<AttemptName, DateTimeOffset> _asleep = new();
    private readonly VirtualClock _clock;
    private int _counted;

    internal ScriptedAgent(string role, VirtualClock clock)
    {
        Role = role;
        _clock = clock;
    }

    /// <summary>What it is asked for by.</summary>
    public string Role { get; }

    /// <summary>What it was asked to do, oldest first; retries and revisions are calls of their own.</summary>
    public IReadOnlyList<ScriptedCall> Calls => [.. _calls];

    /// <summary>Answers a kind of work.</summary>
    /// <param name="taskType">Which kind.</param>
    /// <param name="answer">Makes the answer.</param>
    /// <returns>The same agent.</returns>
    public ScriptedAgent On(string taskType, Func<ScriptedCall, ScriptedAnswer> answer)
    {
        _answers[taskType] = answer;
        return this;
    }

    /// <summary>Answers a kind of work.</summary>
    /// <param name="taskType">Which kind.</param>
    /// <param name="inTurn">An answer for each call; the last goes on for ever.</param>
    /// <returns>The same agent.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ScriptedAgent On(string taskType, params ScriptedAnswer[] inTurn)
    {
        if (inTurn.Length == 0)
            throw new ArgumentException($"{Role}/{taskType} needs an answer.", nameof(inTurn));
        var given = -1;
        return On(taskType, _ => inTurn[Math.Min(Interlocked.Increment(ref given), inTurn.Length - 1)]);
    }

    internal void Configure(AgentBuilder agent)
    {
        // Beyond what any test asks at a time: what is ready always starts.
        agent.Describe($"Scripted {Role}").Limit(maxParallel: 10_000, timeLimit: 600);
        foreach (var (taskType, answer) in _answers)
            agent.OnTask<JsonObject, JsonObject>(taskType, (input, context, cancellationToken) => AnswerAsync(answer, input, context, cancellationToken));
    }

    /// <summary>Until when an attempt does nothing but let time pass; null: it is at work.</summary>
    internal DateTimeOffset? AsleepUntil(AttemptName attempt) => _asleep.TryGetValue(attempt, out var until) ? until : null;

    private async Task<JsonObject> AnswerAsync(Func<ScriptedCall, ScriptedAnswer> script, JsonObject input, TaskContext context, CancellationToken cancellationToken)
    {
        var call = new ScriptedCall(context.TaskId, context.TaskType, context.Attempt, Interlocked.Increment(ref _counted), input, context);
        _calls.Enqueue(call);
        var answer = script(call);
        if (answer.Time > TimeSpan.Zero)
        {
            var name = new AttemptName(context.RunId, context.TaskId, context.Attempt);
            var until = _clock.GetUtcNow() + answer.Time;
            var waiting = Task.Delay(answer.Time, _clock, cancellationToken);
            // A moment after the deadline it is over, and the engine has noticed.
            var end = context.Deadline < until ? context.Deadline + TimeSpan.FromMilliseconds(200) : until;
            _asleep[name] = end;
            try
            {
                await waiting;
            }
            finally
            {
                _asleep.TryRemove(name, out _);
            }
        }

        return answer.Give();
    }
}

/// <summary>Something that a <see cref="ScriptedAgent"/> was asked to do.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="TaskType">Which kind of work.</param>
/// <param name="Attempt">Number of the attempt at the task, from 1.</param>
/// <param name="Number">Number of the call among all of this agent, from 1.</param>
/// <param name="Input">What it was given.</param>
/// <param name="Context">To report progress, read revisions, use shared memory and the like, while the call goes on.</param>
public sealed record ScriptedCall(string TaskId, string TaskType, int Attempt, int Number, JsonObject Input, TaskContext Context);

/// <summary>What a <see cref="ScriptedAgent"/> answers.</summary>
public sealed record ScriptedAnswer
{
    private readonly Func<JsonObject> _give;

    private ScriptedAnswer(Func<JsonObject> give) => _give = give;

    internal TimeSpan Time { get; private init; }

    /// <summary>An output.</summary>
    /// <param name="output">An object; becomes JSON in snake_case. Null: an empty one.</param>
    /// <returns>The answer.</returns>
    public static ScriptedAnswer Gives(object? output = null) => new(() =>
        System.Text.Json.JsonSerializer.SerializeToNode(output ?? new JsonObject(), AgentJson.Options)!.AsObject());

    /// <summary>A failure.</summary>
    /// <param name="code">Upper snake case, e.g. <c>BROKEN</c>.</param>
    /// <param name="message">For people.</param>
    /// <param name="retryable">Whether another attempt may succeed.</param>
    /// <returns>The answer.</returns>
    public static ScriptedAnswer Fails(string code, string message = "scripted", bool retryable = true) => new(() => throw new TaskFailedException(code, message, retryable));

    /// <summary>The same answer, later.</summary>
    /// <param name="time">How much of the test's clock passes first.</param>
    /// <returns>The answer.</returns>
    public ScriptedAnswer After(TimeSpan time) => this with { Time = time };

    internal JsonObject Give() => _give();
}

internal readonly record struct AttemptName(string RunId, string TaskId, int Attempt);
