using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Orchestrator.Runs;

/// <summary>What happens to a run: the only things that <see cref="RunMachine.Handle"/> takes.</summary>
internal abstract record RunInput
{
    /// <summary>A client wants work done. The first input of every run.</summary>
    public sealed record Submit(RunSubmitted Submitted, PlanRequested Plan, string RequestId, string TraceId) : RunInput
    {
        /// <summary>Outputs that a retried run takes over from the one before; taken in as soon as the plan is accepted.</summary>
        public IReadOnlyList<TaskAdopted> Adopted { get; init; } = [];

        /// <summary>W3C traceparent of the call; empty: it is not traced.</summary>
        public string TraceParent { get; init; } = "";
    }

    /// <summary>A person wants it held: nothing new is dispatched.</summary>
    public sealed record Pause(Principal Principal, string Reason, string RequestId) : RunInput;

    /// <summary>A person wants it to go on.</summary>
    public sealed record Resume(Principal Principal, string RequestId) : RunInput;

    /// <summary>A person tells it something that later attempts are to know.</summary>
    public sealed record Guide(Principal Principal, string Text, string RequestId) : RunInput;

    /// <summary>A person decides.</summary>
    public sealed record Decide(Principal Principal, string TaskId, bool Approved, string Comment, string RequestId) : RunInput;

    /// <summary>The run that was made for a task has ended.</summary>
    public sealed record SubRunEnd(
        string TaskId, string RunId, State Status, Struct? Output, ArtifactRef? OutputRef, Failure? Failure, IReadOnlyList<string> Missing, Usage? Usage = null) : RunInput;

    /// <summary>An attempt wrote a context entry.</summary>
    public sealed record Stage(string TaskId, int Attempt, string Key, long Size) : RunInput;

    /// <summary>An entry that an attempt wrote was changed by another task too, and what is declared for that was done.</summary>
    public sealed record Resolve(ContextResolved Record) : RunInput;

    /// <summary>A person wants it stopped.</summary>
    public sealed record Cancel(Principal Principal, string Reason, string RequestId) : RunInput;

    /// <summary>An instance has room for a queued task.</summary>
    public sealed record Assign(
        string TaskId, string InstanceId, string InstanceName, long Epoch, DateTimeOffset Deadline) : RunInput;

    /// <summary>An attempt says how far it is.</summary>
    public sealed record Progress(string TaskId, int Attempt, double Fraction, string Message, long Seq = 0) : RunInput;

    /// <summary>An attempt used a tool.</summary>
    public sealed record ToolUsed(string TaskId, int Attempt, ToolCall Call, long Seq = 0) : RunInput;

    /// <summary>An attempt asked a language model.</summary>
    public sealed record ModelUsed(string TaskId, int Attempt, ModelCall Call, long Seq = 0) : RunInput;

    /// <summary>Policy decided about a tool call of an attempt.</summary>
    public sealed record ToolDecision(PolicyDecided Decided, IReadOnlyList<string> Deciders, Struct? Arguments) : RunInput;

    /// <summary>An attempt ended well, and its output kept the contract.</summary>
    /// <param name="Output">The output; when <paramref name="OutputRef"/> is set, only what <see cref="RunState.NeededFields"/> asks for.</param>
    public sealed record Succeed(
        string TaskId, int Attempt, Struct Output, ArtifactRef? OutputRef, RepeatedField<ArtifactRef> Artifacts,
        Usage? Usage, long Seq) : RunInput
    {
        /// <summary>Parts of the output that a language model wrote.</summary>
        public IReadOnlyList<string> ModelParts { get; init; } = [];

        /// <summary>Skills that the agent worked by.</summary>
        public IReadOnlyList<string> Skills { get; init; } = [];

        /// <summary>Findings of the last review that the author does not agree with.</summary>
        public IReadOnlyList<Contest> Contested { get; init; } = [];

        /// <summary>Of an output that is an artifact: what is said of it in windows; empty: nothing.</summary>
        public string Extract { get; init; } = "";

        /// <summary>Tokens of an output that is an artifact; 0: not known.</summary>
        public int Tokens { get; init; }
    }

    /// <summary>An attempt ended badly.</summary>
    /// <param name="Health">What a health check of the instance found; empty: none was made.</param>
    public sealed record Fail(string TaskId, int Attempt, Failure Failure, string Health = "") : RunInput;

    /// <summary>A queued task cannot be dispatched now.</summary>
    public sealed record Hold(string TaskId, string Reason) : RunInput;

    /// <summary>A queued task will not be dispatched: nobody can do it.</summary>
    public sealed record GiveUp(string TaskId, Failure Failure) : RunInput;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : RunInput;
}

/// <summary>Why an input changed nothing.</summary>
/// <param name="Code">Upper snake case.</param>
/// <param name="Message">For people.</param>
internal sealed record Refusal(string Code, string Message);

/// <summary>What is to be done outside, once the events that led to it are stored.</summary>
internal abstract record RunCommand
{
    /// <summary>A task waits for an instance.</summary>
    public sealed record Offer(string TaskId, string Role, int Priority, DateTimeOffset NotBefore) : RunCommand;

    /// <summary>An attempt is recorded: execute it, or attach to it when it may be running already.</summary>
    public sealed record Execute(string TaskId, int Attempt) : RunCommand;

    /// <summary>An attempt is no longer wanted.</summary>
    public sealed record Stop(string TaskId, int Attempt, string InstanceId, string Reason) : RunCommand;

    /// <summary>A result is stored: the instance may forget it.</summary>
    public sealed record Acknowledge(string TaskId, int Attempt, string InstanceId) : RunCommand;

    /// <summary>A run is to be made for a task, or to be followed when it is there already.</summary>
    /// <param name="Started">Says playbook, request and inputs of the run.</param>
    public sealed record StartSubRun(string TaskId, SubRunStarted Started) : RunCommand;

    /// <summary>The run that was made for a task is no longer wanted.</summary>
    public sealed record StopSubRun(string TaskId, string RunId, string Reason) : RunCommand;

    /// <summary>A task is no longer to be dispatched.</summary>
    public sealed record Withdraw(string TaskId) : RunCommand;
}
