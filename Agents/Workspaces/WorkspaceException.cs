namespace Agents.Workspaces;

/// <summary>A workspace or a path in it that cannot be used. Travels to the caller as a task failure.</summary>
public sealed class WorkspaceException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">One of the constants of this class.</param>
    /// <param name="message">Names the field or path, its value and the rule it breaks.</param>
    /// <param name="inner">What the operating system said, if it did.</param>
    public WorkspaceException(string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
    }

    /// <summary>The root does not exist.</summary>
    public const string Missing = "WORKSPACE_MISSING";

    /// <summary>The root or a file that was asked for cannot be read.</summary>
    public const string Unreadable = "WORKSPACE_UNREADABLE";

    /// <summary>A path, glob or option is not acceptable.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>The machine-readable reason, e.g. <see cref="Missing"/>.</summary>
    public string Code { get; }
}
