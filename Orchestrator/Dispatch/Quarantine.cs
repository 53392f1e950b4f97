using Orchestrator.Runs;

namespace Orchestrator.Dispatch;

/// <summary>
/// Keeps work from an instance that fails again and again by its own fault: none for a while, each time twice as long;
/// then it must answer, and gets one attempt at a time until one ends well.
/// </summary>
internal sealed class Quarantine(int after, TimeSpan first)
{
    private const int LongestFactor = 60;
    private readonly Lock _lock = new();
    private int _faults;
    private int _times;
    private volatile Phase _phase;
    private DateTimeOffset _until;
    private string _last = "";

    private enum Phase
    {
        None,
        Out,
        Probing,
        Probation,
    }

    /// <summary>Gets nothing.</summary>
    public bool IsOut => _phase is Phase.Out or Phase.Probing;

    /// <summary>Gets one attempt at a time.</summary>
    public bool IsOnProbation => _phase == Phase.Probation;

    /// <summary>For people; empty when there is nothing to say.</summary>
    public string Note
    {
        get
        {
            lock (_lock)
            {
                return _phase switch
                {
                    Phase.None => "",
                    Phase.Probation => $"on probation: one attempt at a time until one ends well (last failure: {_last})",
                    _ => $"no work until {_until:HH:mm:ss} UTC: {_faults} failures in a row by its own fault, the last {_last}",
                };
            }
        }
    }

    /// <summary>Failures in a row by its own fault, and when it may have work again; null: it is not left out.</summary>
    public (int Faults, DateTimeOffset? Until) Standing
    {
        get
        {
            lock (_lock)
            {
                return (_faults, IsOut ? _until : null);
            }
        }
    }

    /// <summary>Whether a failure tells of the instance, not of the work.</summary>
    public static bool IsOwnFault(string code) =>
        code is FailureCodes.InstanceLost or FailureCodes.InstanceRefused or FailureCodes.Timeout or FailureCodes.InvalidOutput;

    /// <summary>An attempt failed by the instance's own fault.</summary>
    /// <param name="mayLeaveOut">Whether it may be given no work: false keeps the last of its role.</param>
    /// <returns>Whether it is to get no work from now on.</returns>
    public bool Failed(string code, DateTimeOffset now, bool mayLeaveOut)
    {
        lock (_lock)
        {
            _faults++;
            _last = code;
            if (IsOut || !mayLeaveOut || (_phase == Phase.None && _faults < after))
            {
                return false;
            }

            LeaveOut(now);
            return true;
        }
    }

    /// <summary>An attempt ended there as it should.</summary>
    /// <returns>Whether it may have all the work again.</returns>
    public bool Proved()
    {
        // Almost always there is nothing to do.
        if (Volatile.Read(ref _faults) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            _faults = 0;
            if (_phase != Phase.Probation)
            {
                return false;
            }

            _times = 0;
            _phase = Phase.None;
            return true;
        }
    }

    /// <summary>Whether it is time to see if it answers; true once.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        if (_phase != Phase.Out)
        {
            return false;
        }

        lock (_lock)
        {
            if (_phase != Phase.Out || now < _until)
            {
                return false;
            }

            _phase = Phase.Probing;
            return true;
        }
    }

    /// <summary>It was asked.</summary>
    public void Probed(bool answers, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_phase != Phase.Probing)
            {
                return;
            }

            if (answers)
            {
                _phase = Phase.Probation;
            }
            else
            {
                _last = "no answer";
                LeaveOut(now);
            }
        }
    }

    private void LeaveOut(DateTimeOffset now)
    {
        _until = now + (first * Math.Min(LongestFactor, 1 << Math.Min(_times, 10)));
        _times++;
        _phase = Phase.Out;
    }
}
