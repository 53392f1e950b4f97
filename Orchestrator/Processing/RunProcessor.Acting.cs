using System.Diagnostics;
using Orchestrator.Dispatch;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>What follows from stored events: attempts that start, stop and are acknowledged, runs made for tasks, the next waking.</summary>
internal sealed partial class RunProcessor
{
    // A task for which an instance has room starts in the append that makes it ready, and never stands in the queue.
    private IReadOnlyList<RunCommand> StartAtOnce(IReadOnlyList<RunCommand> commands, List<RunEvent> events)
    {
        var now = _services.Time.GetUtcNow();
        foreach (var command in commands)
        {
            if (command is RunCommand.Offer offer && offer.NotBefore <= now && _state.Find(offer.TaskId) is { Queued: true } task
                && Unpaid(task.Id, now, events) is null && _services.Dispatcher.TryReserve(QueuedTask.Of(_state, task, now)) is { } place)
            {
                _reserved.Add(place.Instance);
                RunMachine.Step(_state, RunId, new RunInput.Assign(task.Id, place.Instance.Id, place.Instance.Name, _lease.Epoch, place.Deadline), now, events);
            }
        }

        return _reserved.Count == 0 ? commands
            : [.. commands.Where(command => command is not RunCommand.Offer offer || _state.Find(offer.TaskId) is { Queued: true }), .. _state.Decide()];
    }

    private void GiveBack()
    {
        foreach (var instance in _reserved)
        {
            _services.Dispatcher.Release(instance, _state.Submitted.Principal.Tenant);
        }

        _reserved.Clear();
    }

    private void Act(IReadOnlyList<RunCommand> commands, bool recovering)
    {
        foreach (var command in commands)
        {
            switch (command)
            {
                case RunCommand.Offer offer when _state.Find(offer.TaskId) is { } task:
                    _services.Dispatcher.Offer(QueuedTask.Of(_state, task, _services.Time.GetUtcNow()));
                    break;
                case RunCommand.Withdraw withdraw:
                    _services.Dispatcher.Withdraw(RunId, withdraw.TaskId);
                    break;
                case RunCommand.Execute execute when _state.Find(execute.TaskId) is { } task:
                    _attempts.Start(_attempts.TakePrepared(task.Id) ?? Attempt(task, recovering));
                    break;
                case RunCommand.Stop stop:
                    Stop(stop);
                    break;
                case RunCommand.StartSubRun start:
                    _followed++;
                    _services.SubRuns.Follow(_state, start.TaskId, start.Started);
                    break;
                case RunCommand.StopSubRun stop:
                    _services.SubRuns.Stop(_state, stop.RunId, stop.Reason);
                    break;
                case RunCommand.Acknowledge done:
                    Acknowledge(done.InstanceId, done.TaskId, done.Attempt);
                    break;
            }
        }
    }

    // What the attempts will be told is put together while the store is busy; nothing is sent before it has answered.
    private void Prepare(IReadOnlyList<RunCommand> commands)
    {
        foreach (var command in commands)
        {
            if (command is RunCommand.Execute execute && _state.Find(execute.TaskId) is { } task)
            {
                _attempts.Prepare(Attempt(task, recovering: false));
            }
        }
    }

    private AttemptRun Attempt(TaskNode task, bool recovering) =>
        new(this, _services, Assignments.Of(_state, task), task.InstanceId, recovering)
        {
            NeededFields = _state.NeededFields(task.Id),
            HasWindows = _state.HasWindows,
            Tenant = _state.Submitted.Principal.Tenant,
            LastSeq = task.LastSeq,
            Kind = task.Kind,
        };

    // What the run leads to goes under its span.
    private void EnterTrace()
    {
        if (_state.Version > 0 && (_trace ??= RunTrace.Open(_state, resumed: !_isNew)) is { } trace)
        {
            Activity.Current = trace.Workflow;
        }
    }

    private void Stop(RunCommand.Stop stop)
    {
        _attempts.Stop(stop.TaskId, stop.Attempt, stop.Reason);
        Acknowledge(stop.InstanceId, stop.TaskId, stop.Attempt);
    }

    private void Acknowledge(string instanceId, string taskId, int attempt)
    {
        _services.Registry.Find(instanceId)?.Acknowledge(new AttemptKey { RunId = RunId, TaskId = taskId, Attempt = attempt, Epoch = _lease.Epoch });
    }

    private void SetWake()
    {
        var wakeAt = _state.Status.IsTerminal() ? null : _state.WakeAt;
        // One tick takes so many tasks; a time that is past still wants another.
        if (wakeAt != _wakeAt || wakeAt <= _services.Time.GetUtcNow())
        {
            _wakeAt = wakeAt;
            _services.Wakes.Set(RunId, wakeAt);
        }
    }
}
