using System.Globalization;
using Agents.Hosting;
using Agents.Models.Settings;
using Microsoft.Extensions.AI;

namespace Agents.Models.Calls;

/// <summary>The requests for one answer, their times and the waits between them.</summary>
internal sealed class Tries : IDisposable
{
    private const string Key = "tries";
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly ModelErrors _errors;
    private readonly ModelOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _total;
    private readonly long _started;

    public Tries(ModelErrors errors, ModelOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        _errors = errors;
        _options = options;
        _time = time;
        _asked = cancellationToken;
        _started = time.GetTimestamp();
        _timer = new CancellationTokenSource(options.TotalTime, time);
        _total = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timer.Token);
    }

    public int Count { get; private set; }

    public Call Begin()
    {
        Count++;
        return new Call(_options.CallTime, _time, _total.Token);
    }

    /// <summary>Waits for as long as it is worth, or ends it.</summary>
    /// <exception cref="TaskFailedException">There is no other request.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants the answer any more.</exception>
    public async Task WaitOrThrowAsync(Exception exception, bool mayRetry = true)
    {
        _asked.ThrowIfCancellationRequested();
        if (_timer.IsCancellationRequested)
            throw _errors.OutOfTime(_options.TotalTime, ModelOptions.Section + ":TotalSeconds");
        var error = exception is OperationCanceledException
            ? new ModelError(true, null, _errors.OutOfTime(_options.CallTime, ModelOptions.Section + ":CallSeconds"))
            : _errors.Of(exception);
        if (error is null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        if (!error.Retry || !mayRetry)
            throw error.Failure;
        if (Count >= _options.Attempts)
            throw After(error, $"{Count} requests were sent ({ModelOptions.Section}:Attempts)");

        var delay = error.After is { } asked ? (asked > TimeSpan.Zero ? asked : TimeSpan.Zero) : Backoff();
        if (delay > _options.TotalTime - _time.GetElapsedTime(_started))
            throw After(error, string.Create(CultureInfo.InvariantCulture, $"it wants {delay.TotalSeconds:0} s of rest, more than is left of {ModelOptions.Section}:TotalSeconds"));
        await Task.Delay(delay, _time, _asked);
    }

    public static void Note(AdditionalPropertiesDictionary properties, int count) => properties[Key] = count;

    /// <summary>How many requests an answer took.</summary>
    public static int Of(ChatResponse response) => response.Messages.Select(message => message.AdditionalProperties).Append(response.AdditionalProperties)
        .Max(properties => properties?.GetValueOrDefault(Key) is int count ? count : 1);

    /// <summary>How many requests a failure took.</summary>
    public static int Of(TaskFailedException failure) => failure.Details is FailedTries tries ? tries.Requests : 1;

    public void Dispose()
    {
        _total.Dispose();
        _timer.Dispose();
    }

    private TaskFailedException After(ModelError error, string why) => new(
        error.Failure.Code, $"{error.Failure.Message.TrimEnd('.')}; {why}.", retryable: true, details: new FailedTries(Count), innerException: error.Failure.InnerException);

    // Half of it is chance, so that many do not come back at once.
    private TimeSpan Backoff()
    {
        var whole = Math.Min(_options.Backoff.TotalSeconds * Math.Pow(2, Count - 1), LongestBackoff.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private sealed record FailedTries(int Requests);

    /// <summary>One request and its time.</summary>
    internal sealed class Call : IDisposable
    {
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _linked;

        public Call(TimeSpan limit, TimeProvider time, CancellationToken total)
        {
            _timer = new CancellationTokenSource(limit, time);
            _linked = CancellationTokenSource.CreateLinkedTokenSource(total, _timer.Token);
        }

        public CancellationToken Token => _linked.Token;

        public void Dispose()
        {
            _linked.Dispose();
            _timer.Dispose();
        }
    }
}
