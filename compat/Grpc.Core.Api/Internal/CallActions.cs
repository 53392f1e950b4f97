namespace Grpc.Core.Internal;

/// <summary>What every call object can be asked for, with one state for all of it.</summary>
internal readonly struct CallActions(
    Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
{
    public CallActions(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
        : this(
            static state => ((Closures)state).Headers,
            static state => ((Closures)state).Status(),
            static state => ((Closures)state).Trailers(),
            static state => ((Closures)state).Dispose(),
            new Closures(headers, status, trailers, dispose))
    {
    }

    public Task<Metadata> HeadersAsync() => headers(state);

    public Status Status() => status(state);

    public Metadata Trailers() => trailers(state);

    public void Dispose() => dispose(state);

    private sealed record Closures(Task<Metadata> Headers, Func<Status> Status, Func<Metadata> Trailers, Action Dispose);
}
