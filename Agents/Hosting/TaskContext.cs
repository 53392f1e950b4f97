using System.Diagnostics;
using Agents.Hosting.Attempts;
using Agents.Hosting.Calls;
using Agents.Hosting.Workspaces;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Hosting;

/// <summary>One attempt at a task, as the agent's code sees it: what it was given, and what it can report and ask for.</summary>
public sealed class TaskContext
{
    private readonly Attempt _attempt;
    private readonly TaskAssignment _assignment;
    private readonly IOrchestratorCalls _calls;
    private readonly WorkspaceProvider _workspaces;
    private readonly IReadOnlyCollection<string> _tools;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private TaskWorkspace? _workspace;
    private TaskEntries? _entries;
    private TaskArtifacts? _artifacts;
    private List<ArtifactRef>? _files;
    private List<string>? _modelParts;
    private List<string>? _skills;
    private List<Contest>? _contested;
    private Usage? _usage;

    internal TaskContext(Attempt attempt, IOrchestratorCalls calls, WorkspaceProvider workspaces, IReadOnlyCollection<string> tools, TimeProvider time)
    {
        _attempt = attempt;
        _assignment = attempt.Assignment;
        _calls = calls;
        _workspaces = workspaces;
        _tools = tools;
        _time = time;
    }

    /// <summary>The run that the task belongs to.</summary>
    public string RunId => _attempt.Credential.RunId;

    /// <summary>The task, unique in its run.</summary>
    public string TaskId => _attempt.Credential.TaskId;

    /// <summary>Number of this attempt, from 1.</summary>
    public int Attempt => _attempt.Credential.Attempt;

    /// <summary>Which kind of work.</summary>
    public string TaskType => _assignment.TaskType;

    /// <summary>What is wanted, in words; may be empty.</summary>
    public string Description => _assignment.Task?.Description ?? "";

    /// <summary>What the output must satisfy, in words; may be empty.</summary>
    public IReadOnlyList<string> Requirements => _assignment.Task?.Requirements ?? (IReadOnlyList<string>)[];

    /// <summary>Set when an earlier output was reviewed and came back. Null: it did not.</summary>
    public Revision? Revision => _assignment.Revision;

    /// <summary>What was wrong with the previous attempt's output, when that is why there is another; else empty.</summary>
    public IReadOnlyList<string> Violations => _assignment.Violations;

    /// <summary>What people told the run before this attempt began, oldest first; usually empty.</summary>
    public IReadOnlyList<string> Guidance =>
        [.. (_assignment.Window?.Parts ?? []).Where(part => part.Source.StartsWith("guidance/", StringComparison.Ordinal)).Select(part => part.Text)];

    /// <summary>When the attempt is ended if it has not finished.</summary>
    public DateTimeOffset Deadline => _attempt.Deadline;

    /// <summary>Everything as it came over the wire.</summary>
    public TaskAssignment Assignment => _assignment;

    /// <summary>The files that the run works on. Never null; a run without files says so when its root is asked for.</summary>
    public TaskWorkspace Workspace => _workspace ??= new TaskWorkspace(_workspaces, Assignment.Workspace, Artifacts);

    /// <summary>Shared memory of the run's tasks.</summary>
    public TaskEntries Context => _entries ??= new TaskEntries(_calls, Assignment.Credential);

    /// <summary>Large values, stored once by content.</summary>
    public TaskArtifacts Artifacts => _artifacts ??= new TaskArtifacts(_calls, Assignment.Credential);

    /// <summary>Says how far the work is. Cheap: what nobody could notice is not sent, the newest always is.</summary>
    /// <param name="fraction">0 to 1; it never goes back. Negative or not a number: unknown.</param>
    /// <param name="message">What is being done, e.g. <c>42 of 90 files</c>. Null: as before.</param>
    /// <returns>A completed task.</returns>
    public Task ReportProgressAsync(double fraction, string? message = null)
    {
        _attempt.Progress.Report(fraction, message);
        return Task.CompletedTask;
    }

    /// <summary>Shows text to people who watch, as it is written. Beyond 4 million characters an attempt, it is dropped.</summary>
    /// <param name="text">The next piece.</param>
    /// <returns>A completed task.</returns>
    public Task WriteOutputAsync(string text)
    {
        if (text.Length > 0)
            _attempt.ReportChunk(text);
        return Task.CompletedTask;
    }

    /// <summary>Adds a file to the result.</summary>
    /// <param name="file">What <see cref="TaskArtifacts"/> gave for an upload.</param>
    public void AddFile(ArtifactRef file)
    {
        lock (_gate)
            (_files ??= []).Add(file);
    }

    /// <summary>Adds to what the attempt used.</summary>
    /// <param name="inputTokens">Tokens read by a model.</param>
    /// <param name="outputTokens">Tokens written by a model.</param>
    /// <param name="costMicros">Millionths of the currency of the price table.</param>
    public void AddUsage(long inputTokens, long outputTokens, long costMicros = 0)
    {
        lock (_gate)
        {
            _usage ??= new Usage();
            _usage.InputTokens += inputTokens;
            _usage.OutputTokens += outputTokens;
            _usage.CostMicros += costMicros;
        }
    }

    /// <summary>Records a call of a language model for the audit, and adds what it used.</summary>
    /// <param name="call">What was called and what came of it; never the text itself.</param>
    public void ReportModelCall(ModelCall call)
    {
        AddUsage(call.InputTokens, call.OutputTokens, call.CostMicros);
        foreach (var skill in call.Skills)
            AddSkill(skill);
        _attempt.Report(new TaskEvent { ModelCall = call });
    }

    /// <summary>Says that a part of the result was written by a language model; people see it with the result.</summary>
    /// <param name="part">A few words or the name of the field, e.g. <c>answer</c>. The same part counts once.</param>
    public void AddModelPart(string part)
    {
        lock (_gate)
        {
            if (_modelParts?.Contains(part) != true)
                (_modelParts ??= []).Add(part);
        }
    }

    /// <summary>Says that the work follows a skill's instructions; people see it with the result. Those of reported model calls are added by themselves.</summary>
    /// <param name="skill">Its name. The same skill counts once.</param>
    public void AddSkill(string skill)
    {
        lock (_gate)
        {
            if (_skills?.Contains(skill) != true)
                (_skills ??= []).Add(skill);
        }
    }

    /// <summary>
    /// Contests a finding of the review that sent the output back. Both sides are heard, and what is ruled is carried out: a
    /// dismissed finding does not count any more; otherwise the task comes back with <see cref="Revision.Rulings"/>.
    /// </summary>
    /// <param name="finding">Its id, or else its title, as <see cref="Revision.Review"/> has it. Each can be contested once.</param>
    /// <param name="position">What is better instead.</param>
    /// <param name="criterion">What that rests on, e.g. <c>performance</c>. By default security comes before performance.</param>
    /// <param name="arguments">Why, in sentences.</param>
    public void Contest(string finding, string position, string criterion, params IEnumerable<string> arguments)
    {
        lock (_gate)
            (_contested ??= []).Add(new Contest { Finding = finding, Position = position, Criterion = criterion, Arguments = { arguments } });
    }

    /// <summary>Uses a tool: asks policy first, and records the call with its arguments and what came of it.</summary>
    /// <typeparam name="T">What the tool gives.</typeparam>
    /// <param name="tool">Its name, e.g. <c>fs.read</c>; the agent must declare it.</param>
    /// <param name="arguments">A record or anonymous object that policy judges. Null: none.</param>
    /// <param name="call">Does it. Called only when policy allows it.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <param name="summarize">What came of it, in a few words, for the audit. Null: nothing is said.</param>
    /// <returns>What <paramref name="call"/> gave.</returns>
    /// <exception cref="TaskFailedException">TOOL_DENIED: not declared, not allowed, or policy could not be asked.</exception>
    public Task<T> CallToolAsync<T>(
        string tool, object? arguments, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, Func<T, string>? summarize = null) =>
        CallToolAsync(tool, arguments, (_, token) => call(token), cancellationToken, summarize);

    /// <summary>As the other, for tools that may do more when policy grants it in so many words.</summary>
    /// <typeparam name="T">What the tool gives.</typeparam>
    /// <param name="tool">Its name, e.g. <c>shell.run</c>; the agent must declare it.</param>
    /// <param name="arguments">A record, JSON object or anonymous object that policy judges. Null: none.</param>
    /// <param name="call">Does it, knowing what policy granted. Called only when policy allows it.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <param name="summarize">What came of it, in a few words, for the audit. Null: nothing is said.</param>
    /// <returns>What <paramref name="call"/> gave.</returns>
    /// <exception cref="TaskFailedException">TOOL_DENIED: not declared, not allowed, or policy could not be asked.</exception>
    public async Task<T> CallToolAsync<T>(
        string tool, object? arguments, Func<ToolGrant, CancellationToken, Task<T>> call, CancellationToken cancellationToken, Func<T, string>? summarize = null)
    {
        var given = arguments is null ? new Struct() : AgentJson.ToStruct(arguments);
        var started = _time.GetTimestamp();
        using var activity = AgentTrace.StartTool(tool);
        try
        {
            var grant = await ToolPolicy.DemandAsync(_calls, Assignment.Credential, _tools, tool, given, cancellationToken);
            var result = await call(grant, cancellationToken);
            Record(null, summarize?.Invoke(result) ?? "");
            return result;
        }
        catch (Exception exception)
        {
            Record(exception, exception.Message);
            throw;
        }

        void Record(Exception? error, string summary)
        {
            var duration = _time.GetElapsedTime(started);
            AgentTrace.EndTool(activity, tool, error, duration);
            _attempt.Report(new TaskEvent
            {
                ToolCall = new ToolCall
                {
                    Tool = tool,
                    Arguments = ToolPolicy.Shorten(given),
                    Ok = error is null,
                    Summary = ToolPolicy.Shorten(summary),
                    DurationMs = (long)duration.TotalMilliseconds,
                },
            });
        }
    }

    /// <summary>What was used so far; null: nothing was said.</summary>
    internal Usage? Used
    {
        get
        {
            lock (_gate)
                return _usage?.Clone();
        }
    }

    /// <summary>The attempt's code has returned.</summary>
    internal void Release() => _workspace?.Release();

    internal TaskEvent Finish(Struct output)
    {
        var result = new TaskResult { Output = output };
        lock (_gate)
        {
            if (_files is not null)
                result.Artifacts.Add(_files);
            if (_modelParts is not null)
                result.ModelParts.Add(_modelParts);
            if (_skills is not null)
                result.Skills.Add(_skills);
            if (_contested is not null)
                result.Contested.Add(_contested);
            result.Usage = _usage;
        }

        var bytes = result.CalculateSize();
        if (bytes > AttemptRunner.MaxOutputBytes)
        {
            throw new TaskFailedException(
                FailureCodes.InvalidOutput,
                $"The output of {TaskType} has {bytes} bytes; at most {AttemptRunner.MaxOutputBytes} fit in a message. Upload large parts with context.Artifacts and add them with AddFile.");
        }

        return new TaskEvent { Result = result };
    }
}
