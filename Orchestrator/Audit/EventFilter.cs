using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Audit;

/// <summary>Which events a search is for.</summary>
internal sealed class EventFilter
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private readonly HashSet<int> _kinds;
    private readonly SearchEventsRequest _request;

    /// <exception cref="RequestRefusedException">A kind is none.</exception>
    public EventFilter(SearchEventsRequest request)
    {
        _request = request;
        _kinds = [.. request.Kinds.Select(Number)];
    }

    /// <summary>Names of all kinds of events.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. RunEvent.Descriptor.Oneofs[0].Fields.Select(field => field.Name)];

    /// <summary>The name of an event's kind; empty: it is of a later release.</summary>
    public static string KindOf(RunEvent e) => RunEvent.Descriptor.FindFieldByNumber((int)e.BodyCase)?.Name ?? "";

    /// <summary>To be asked about the events of one run, in their order.</summary>
    public Scan Begin() => new(this);

    private static int Number(string kind)
    {
        if (RunEvent.Descriptor.Oneofs[0].Fields.FirstOrDefault(field => field.Name == kind) is { } field)
        {
            return field.FieldNumber;
        }

        var nearest = Suggestions.Nearest(kind, Kinds) is { } near ? $"; did you mean '{near}'?" : $"; the kinds are {string.Join(", ", Kinds)}.";
        throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"kinds: '{kind}' is no kind of event{nearest}", "kinds");
    }

    /// <summary>One run's events.</summary>
    public sealed class Scan(EventFilter filter)
    {
        private readonly Dictionary<string, (string Role, string Instance)> _agents = new(StringComparer.Ordinal);

        /// <summary>Whether events that are not asked for must be seen nevertheless.</summary>
        public bool NeedsAll => filter._request.Agent.Length > 0;

        /// <param name="isOld">Only to be learned from.</param>
        public bool Fits(RunEvent e, bool isOld)
        {
            if (NeedsAll)
            {
                Learn(e);
            }

            return !isOld && (filter._kinds.Count == 0 || filter._kinds.Contains((int)e.BodyCase)) && IsByAgent(e) && IsWithTool(e)
                && (filter._request.Text.Length == 0 || Formatter.Format(e).Contains(filter._request.Text, StringComparison.OrdinalIgnoreCase));
        }

        private void Learn(RunEvent e)
        {
            if (e.TaskQueued is { } queued)
            {
                _agents[queued.TaskId] = (queued.Role, "");
            }
            else if (e.TaskStarted is { } started)
            {
                _agents[started.TaskId] = (_agents.GetValueOrDefault(started.TaskId).Role ?? "", started.InstanceName);
            }
        }

        private bool IsByAgent(RunEvent e) => filter._request.Agent.Length == 0
            || (Field(e, "task_id") is { } task && _agents.TryGetValue(task, out var agent) && (agent.Role == filter._request.Agent || agent.Instance == filter._request.Agent));

        private bool IsWithTool(RunEvent e) => filter._request.Tool.Length == 0 || Field(e, "tool") == filter._request.Tool;

        private static string? Field(RunEvent e, string name) =>
            RunEvent.Descriptor.FindFieldByNumber((int)e.BodyCase) is { } body && body.MessageType.FindFieldByName(name) is { FieldType: FieldType.String } field
                ? (string)field.Accessor.GetValue((IMessage)body.Accessor.GetValue(e))
                : null;
    }
}
