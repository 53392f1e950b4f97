using Protos.V1;

namespace Cli.Display;

/// <summary>Any event as a line, also where the progress of a run has nothing to say of it.</summary>
internal sealed class EventText
{
    private readonly RunProgress _progress = new();

    /// <summary>One line; events must be given in their order.</summary>
    public string Of(RunEvent e) => Words.OneLine(_progress.Take(e) ?? Plain(e), 300);

    /// <summary>One line on an event as it is, without what came before.</summary>
    public static string Alone(RunEvent e) => Words.OneLine(Plain(e), 300);

    /// <summary>The task that an event is about; empty: the run.</summary>
    public static string TaskOf(RunEvent e) =>
        Body(e)?.Descriptor.FindFieldByName("task_id") is { } field ? (string)field.Accessor.GetValue(Body(e)) : "";

    /// <summary>The kind of an event, e.g. <c>task_started</c>.</summary>
    public static string KindOf(RunEvent e) => Field(e)?.Name ?? "";

    private static string Plain(RunEvent e) => e.BodyCase switch
    {
        RunEvent.BodyOneofCase.TaskStarted => $"{e.TaskStarted.TaskId} started on {e.TaskStarted.InstanceName}{(e.TaskStarted.Attempt > 1 ? $", attempt {e.TaskStarted.Attempt}" : "")}",
        RunEvent.BodyOneofCase.TaskOutput => $"{e.TaskOutput.TaskId} done",
        RunEvent.BodyOneofCase.TaskProgressed => $"{e.TaskProgressed.TaskId} {Share(e.TaskProgressed.Fraction)}{e.TaskProgressed.Message}",
        RunEvent.BodyOneofCase.ToolCalled => $"{e.ToolCalled.TaskId} used {e.ToolCalled.Tool}: {(e.ToolCalled.Ok ? "ok" : "failed")}{(e.ToolCalled.Summary.Length > 0 ? $", {e.ToolCalled.Summary}" : "")}",
        RunEvent.BodyOneofCase.PolicyDecided => $"{e.PolicyDecided.TaskId} {e.PolicyDecided.Effect} {e.PolicyDecided.Tool}{(e.PolicyDecided.Rule.Length > 0 ? $" by {e.PolicyDecided.Rule}" : "")}",
        RunEvent.BodyOneofCase.ContextStaged => $"{e.ContextStaged.TaskId} wrote {e.ContextStaged.Key}, {e.ContextStaged.Size} bytes",
        _ => $"{KindOf(e).Replace('_', ' ')} {TaskOf(e)}".TrimEnd(),
    };

    private static string Share(double fraction) => fraction >= 0 ? $"{fraction * 100:0} % " : "";

    private static Google.Protobuf.Reflection.FieldDescriptor? Field(RunEvent e) => RunEvent.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(e);

    private static Google.Protobuf.IMessage? Body(RunEvent e) => Field(e)?.Accessor.GetValue(e) as Google.Protobuf.IMessage;
}
