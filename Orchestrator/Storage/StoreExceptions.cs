namespace Orchestrator.Storage;

/// <summary>
/// The store cannot be reached, or did not answer in time: the outcome of a change is open. Repeat the call as it was.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried, and what is known.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A setting makes the store unsafe, or contradicts what is stored. Repeating does not help.</summary>
public sealed class StoreConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The setting, its value, the rule, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StoreConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Stored data is damaged. The store touches nothing and waits for a person.</summary>
public sealed class StoreDamagedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is damaged, where (file and offset), and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StoreDamagedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A change was refused because the lease is not the partition's current one.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which lease.</param>
    public LeaseLostException(string message)
        : base(message)
    {
    }

    internal static LeaseLostException Of(PartitionLease lease) =>
        new($"The lease of partition {lease.Partition} with epoch {lease.Epoch} is lost: another owner has the partition, or it was released.");
}
