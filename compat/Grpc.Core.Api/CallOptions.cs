namespace Grpc.Core;

/// <summary>What one call is made with; the With methods give a changed copy.</summary>
public struct CallOptions
{
    private Metadata? _headers;
    private DateTime? _deadline;
    private CancellationToken _cancellationToken;
    private WriteOptions? _writeOptions;
    private ContextPropagationToken? _propagationToken;
    private CallCredentials? _credentials;
    private bool _waitForReady;

    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        _headers = headers;
        _deadline = deadline;
        _cancellationToken = cancellationToken;
        _writeOptions = writeOptions;
        _propagationToken = propagationToken;
        _credentials = credentials;
        _waitForReady = false;
    }

    public readonly Metadata? Headers => _headers;

    /// <summary>A point in time, UTC; null is none.</summary>
    public readonly DateTime? Deadline => _deadline;

    public readonly CancellationToken CancellationToken => _cancellationToken;

    public readonly WriteOptions? WriteOptions => _writeOptions;

    public readonly ContextPropagationToken? PropagationToken => _propagationToken;

    public readonly CallCredentials? Credentials => _credentials;

    /// <summary>Wait for a connection instead of failing at once while there is none; false by default.</summary>
    public readonly bool IsWaitForReady => _waitForReady;

    public readonly CallOptions WithHeaders(Metadata headers) => this with { _headers = headers };

    public readonly CallOptions WithDeadline(DateTime deadline) => this with { _deadline = deadline };

    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { _cancellationToken = cancellationToken };

    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { _writeOptions = writeOptions };

    public readonly CallOptions WithPropagationToken(ContextPropagationToken propagationToken) =>
        this with { _propagationToken = propagationToken };

    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { _credentials = credentials };

    public readonly CallOptions WithWaitForReady(bool waitForReady = true) => this with { _waitForReady = waitForReady };
}
