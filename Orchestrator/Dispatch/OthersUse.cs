namespace Orchestrator.Dispatch;

/// <summary>
/// How many attempts other replicas have at an instance: what the instance says, less our own. It says so with delay, so
/// the most that we had in the meantime is taken off: with one replica nothing is left, with several rather too little
/// than too much, for the instance itself refuses what it has no room for.
/// </summary>
internal sealed class OthersUse
{
    private int _most;
    private int _mostBefore;

    public int Count { get; private set; }

    /// <summary>Our own attempts there, now.</summary>
    public void OwnIs(int own) => _most = Math.Max(_most, own);

    /// <summary>The instance said how many run there.</summary>
    /// <returns>Whether there are fewer of others than before.</returns>
    public bool Told(int running, int own)
    {
        var before = Count;
        Count = Math.Max(0, running - Math.Max(_most, _mostBefore));
        _mostBefore = _most;
        _most = own;
        return Count < before;
    }
}
