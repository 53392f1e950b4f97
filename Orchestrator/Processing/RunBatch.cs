using Google.Protobuf;
using Orchestrator.Runs;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>Something that a run's processor was handed: an input, a question, or both to be answered when it is stored.</summary>
/// <param name="Input">Null: only a question.</param>
/// <param name="Context">Context writes that are to become visible with it.</param>
/// <param name="Refused">Called when the input changes nothing.</param>
/// <param name="Reply">Told what came of it.</param>
/// <param name="Read">Given the state as it is stored; null: the processor has stopped.</param>
internal sealed record Work(
    RunInput? Input, IReadOnlyList<ContextWrite> Context, Action? Refused, TaskCompletionSource<CommandAnswer>? Reply, Action<RunState?>? Read)
{
    /// <summary>Asks whether the processor may stop.</summary>
    public static Work Idle { get; } = new(null, [], null, null, null);

    /// <summary>The inbox item that it came by; null: none.</summary>
    public string? ItemId { get; init; }

    /// <summary>Set when a context entry that it writes was changed by another, and nothing else is declared for that.</summary>
    public RunInput.Fail? Lost { get; init; }

    /// <summary>Context entries that two have changed, and what was done about it.</summary>
    public IReadOnlyList<ContextResolved> Resolved { get; init; } = [];
}

/// <summary>What a run's processor stores in one append.</summary>
internal sealed class RunBatch
{
    private readonly List<Work> _items = [];
    private readonly HashSet<(string Scope, string Key)> _written = [];
    private Refusal?[] _refusals = [];

    public int Count => _items.Count;

    public IReadOnlyList<Work> Items => _items;

    /// <summary>Whether nothing came but the question whether the processor may stop.</summary>
    public bool IsIdle => _items is [var only] && only == Work.Idle;

    /// <summary>Context writes that become visible with the append.</summary>
    public List<ContextWrite> Context
    {
        get
        {
            var writes = new List<ContextWrite>();
            for (var i = 0; i < _items.Count; i++)
            {
                if (_refusals[i] is null && _items[i].Lost is null)
                {
                    writes.AddRange(_items[i].Context);
                }
            }

            return writes;
        }
    }

    /// <summary>Takes one more in.</summary>
    /// <returns>False: it would write a context entry that another one in the batch writes too.</returns>
    public bool TryAdd(Work work)
    {
        if (_written.Count > 0 && work.Context.Any(write => _written.Contains((write.Scope, write.Key))))
        {
            return false;
        }

        foreach (var write in work.Context)
        {
            _written.Add((write.Scope, write.Key));
        }

        _items.Add(work);
        return true;
    }

    /// <summary>Puts another in the place of one, after a conflict.</summary>
    public void Replace(int index, Work work) => _items[index] = work;

    /// <summary>Hands all inputs to the machine.</summary>
    /// <param name="state">Is changed.</param>
    /// <param name="epoch">The lease that is written under.</param>
    /// <param name="events">What follows is added here.</param>
    /// <param name="unpaid">Why a task may not begin; null: it may.</param>
    public void Step(RunState state, string runId, long epoch, DateTimeOffset now, List<RunEvent> events, Func<string, Refusal?> unpaid)
    {
        _refusals = new Refusal?[_items.Count];
        for (var i = 0; i < _items.Count; i++)
        {
            var work = _items[i];
            if (work.Input is not { } input)
            {
                continue;
            }

            foreach (var resolved in work.Lost is null ? work.Resolved : [])
            {
                RunMachine.Step(state, runId, new RunInput.Resolve(resolved), now, events);
            }

            input = input is RunInput.Assign assign ? assign with { Epoch = epoch } : input;
            // One that may not begin gives its place back.
            _refusals[i] = input is RunInput.Assign wanted && unpaid(wanted.TaskId) is { } refusal ? refusal
                : RunMachine.Step(state, runId, work.Lost ?? input, now, events);
        }
    }

    /// <summary>The answers to what came by the inbox, which are stored with what it led to.</summary>
    public List<InboxAnswer> Answers(long version)
    {
        List<InboxAnswer> answers = [];
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].ItemId is { } itemId && _refusals[i] is null)
            {
                answers.Add(new InboxAnswer(itemId, new CommandAnswer { Version = version }.ToByteArray()));
            }
        }

        return answers;
    }

    /// <summary>Tells everybody what came of it, once that is stored.</summary>
    /// <param name="recorded">Whether anything was stored.</param>
    public void Answer(RunState state, bool recorded)
    {
        for (var i = 0; i < _items.Count; i++)
        {
            var work = _items[i];
            work.Reply?.TrySetResult(_refusals[i] is { } refusal
                ? new CommandAnswer { Code = refusal.Code, Message = refusal.Message, Version = state.Version }
                : new CommandAnswer { Version = state.Version, Recorded = recorded && work.ItemId is not null });
            work.Read?.Invoke(state);
            if (_refusals[i] is not null)
            {
                work.Refused?.Invoke();
            }
        }
    }

    public void Clear()
    {
        _items.Clear();
        _written.Clear();
    }
}
