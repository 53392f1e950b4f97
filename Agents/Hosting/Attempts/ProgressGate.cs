using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>Lets through the progress that somebody could notice: never backwards, not more often than the eye can follow, the newest at the end.</summary>
internal sealed class ProgressGate(Attempt attempt, TimeProvider time)
{
    private const double NoticeableStep = 0.05;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private double _fraction = -1;
    private string _message = "";
    private double _sentFraction = double.NegativeInfinity;
    private string? _sentMessage;
    private long _sentAt;

    public void Report(double fraction, string? message)
    {
        lock (_gate)
        {
            if (!double.IsNaN(fraction) && fraction >= 0)
                _fraction = Math.Max(_fraction, Math.Min(fraction, 1));
            _message = message ?? _message;
            if (_sentMessage is null || _fraction - _sentFraction >= NoticeableStep || time.GetElapsedTime(_sentAt) >= Interval)
                Send();
        }
    }

    /// <summary>Sends what was held back, when its time has come.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_sentMessage is not null && time.GetElapsedTime(_sentAt) >= Interval)
                Send();
        }
    }

    private void Send()
    {
        if (_fraction == _sentFraction && _message == _sentMessage)
            return;

        _sentFraction = _fraction;
        _sentMessage = _message;
        _sentAt = time.GetTimestamp();
        attempt.Report(new TaskEvent { Progress = new TaskProgress { Fraction = _fraction, Message = _message } });
    }
}
