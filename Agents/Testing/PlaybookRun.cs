using Agents.Hosting;
using Protos.V1;

namespace Agents.Testing;

/// <summary>A run that a <see cref="PlaybookTest"/> has brought to its end.</summary>
public sealed class PlaybookRun
{
    private readonly Run _run;
    private readonly RunResult _result;

    internal PlaybookRun(Run run, RunResult result, IReadOnlyList<RunEvent> events)
    {
        _run = run;
        _result = result;
        Events = events;
    }

    /// <summary>COMPLETED, FAILED or CANCELLED.</summary>
    public State Status => _result.Status;

    /// <summary>Why it failed; null: it did not.</summary>
    public Failure? Failure => _result.Failure;

    /// <summary>Its whole log, in order.</summary>
    public IReadOnlyList<RunEvent> Events { get; }

    /// <summary>How much of the test's clock it took.</summary>
    public TimeSpan Elapsed => _run.Summary.EndedAt.ToDateTimeOffset() - _run.Summary.CreatedAt.ToDateTimeOffset();

    /// <summary>Its tasks with status, attempts, note, score and output, also those made by <c>foreach</c> and reviews.</summary>
    public IReadOnlyList<TaskView> Tasks => _run.Tasks;

    /// <summary>One task.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The task.</returns>
    /// <exception cref="KeyNotFoundException">There is none; the message has those that there are.</exception>
    public TaskView Task(string id) => _run.Tasks.FirstOrDefault(task => task.Id == id)
        ?? throw new KeyNotFoundException($"The run has no task {id}; it has {string.Join(", ", _run.Tasks.Select(task => task.Id))}.");

    /// <summary>What the playbook's <c>result</c> gave.</summary>
    /// <typeparam name="TOutput">A record, or <see cref="System.Text.Json.Nodes.JsonObject"/>.</typeparam>
    /// <returns>The output.</returns>
    /// <exception cref="InvalidOperationException">The run did not complete; the message says why.</exception>
    public TOutput Output<TOutput>() => Status == State.Completed
        ? AgentJson.FromStruct<TOutput>(_result.Output)
        : throw new InvalidOperationException($"The run is {Status}: {Failure?.Code} {Failure?.Message}");
}
