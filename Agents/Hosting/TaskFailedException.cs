namespace Agents.Hosting;

/// <summary>How an agent says that it cannot do a task: becomes a failure that travels as data.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">Upper snake case, e.g. <see cref="FailureCodes.InvalidInput"/>.</param>
    /// <param name="message">For people: names the field, the value and the rule.</param>
    /// <param name="retryable">Whether another attempt may succeed.</param>
    /// <param name="details">A record or anonymous object with more. Null: none.</param>
    /// <param name="innerException">What caused it; goes to the log only. Null: nothing.</param>
    public TaskFailedException(string code, string message, bool retryable = false, object? details = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Retryable = retryable;
        Details = details;
    }

    /// <summary>Upper snake case.</summary>
    public string Code { get; }

    /// <summary>Whether another attempt may succeed.</summary>
    public bool Retryable { get; }

    /// <summary>More about it. Null: nothing.</summary>
    public object? Details { get; }
}
