namespace Orchestrator.Access;

/// <summary>Whether this replica knows the stored keys as they are.</summary>
internal sealed class KeyState
{
    private volatile bool _isCurrent;

    /// <summary>False until they were read once, and while the store has not answered for too long.</summary>
    public bool IsCurrent
    {
        get => _isCurrent;
        set => _isCurrent = value;
    }
}
