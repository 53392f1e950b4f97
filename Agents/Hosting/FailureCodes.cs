namespace Agents.Hosting;

/// <summary>Codes of failures that the SDK itself reports. An agent may use others, in upper snake case.</summary>
public static class FailureCodes
{
    /// <summary>A field of the input is missing, unknown, or not what the schema says. Permanent.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>The output cannot be written as JSON, or is too large or too deep for a message.</summary>
    public const string InvalidOutput = "INVALID_OUTPUT";

    /// <summary>The agent has no such kind of work. Permanent.</summary>
    public const string UnknownTaskType = "UNKNOWN_TASK_TYPE";

    /// <summary>The work needs files, and the run has none, or they are not there.</summary>
    public const string WorkspaceMissing = "WORKSPACE_MISSING";

    /// <summary>The files are there and cannot or must not be read.</summary>
    public const string WorkspaceUnreadable = "WORKSPACE_UNREADABLE";

    /// <summary>Policy does not allow the tool, or could not be asked.</summary>
    public const string ToolDenied = "TOOL_DENIED";

    /// <summary>A tool was allowed and failed.</summary>
    public const string ToolFailed = "TOOL_FAILED";

    /// <summary>The attempt was stopped on request.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>The attempt passed its deadline. Another may succeed.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>The process stops and did not finish the attempt. Another instance may.</summary>
    public const string InstanceStopping = "INSTANCE_STOPPING";

    /// <summary>The agent threw something unexpected; its log has the details.</summary>
    public const string Internal = "INTERNAL";
}
