using System.Threading.Channels;
using Grpc.Core;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Many attempts at one instance on one stream, as many in a message as have come together.</summary>
internal sealed class WorkStream : IDisposable
{
    private const int MaxBatchBytes = 256 * 1024;
    private const int MaxBatchItems = 256;

    private readonly Channel<Outgoing> _outgoing = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<long, AttemptRun> _calls = [];
    private readonly AsyncDuplexStreamingCall<WorkRequest, WorkResponse> _call;
    private long _last;
    private bool _broken;

    public WorkStream(AgentService.AgentServiceClient client)
    {
        _call = client.Work();
        _ = SendAsync();
        _ = ReadAsync();
    }

    /// <summary>Sends an attempt; what comes of it is told to it.</summary>
    /// <returns>False when the stream is broken: nothing was sent.</returns>
    public bool TryAdd(AttemptRun attempt, TaskAssignment assignment, int bytes, out long call)
    {
        lock (_calls)
        {
            call = ++_last;
            if (_broken)
            {
                return false;
            }

            _calls.Add(call, attempt);
        }

        _outgoing.Writer.TryWrite(new Outgoing(call, assignment, null, bytes));
        return true;
    }

    /// <summary>The attempt wants to hear nothing more.</summary>
    public void Drop(long call)
    {
        lock (_calls)
        {
            _calls.Remove(call);
        }
    }

    /// <summary>Sends an acknowledgement, after all that was sent before.</summary>
    /// <returns>False when the stream is broken.</returns>
    public bool TryAcknowledge(AttemptKey attempt) => !_broken && _outgoing.Writer.TryWrite(new Outgoing(0, null, attempt, 100));

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _call.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                var request = new WorkRequest();
                var bytes = 0;
                var items = 0;
                while (items < MaxBatchItems && _outgoing.Reader.TryPeek(out var next) && (items == 0 || bytes + next.Bytes <= MaxBatchBytes))
                {
                    _outgoing.Reader.TryRead(out _);
                    items++;
                    bytes += next.Bytes;
                    if (next.Assignment is { } assignment)
                    {
                        request.Items.Add(new WorkItem { Call = next.Call, Assignment = assignment });
                    }
                    else
                    {
                        request.Acknowledged.Add(next.Acknowledged);
                    }
                }

                await _call.RequestStream.WriteAsync(request);
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Reading says why.
        }
    }

    private async Task ReadAsync()
    {
        RpcException why;
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                foreach (var e in _call.ResponseStream.Current.Events)
                {
                    Deliver(e);
                }
            }

            why = new RpcException(new Status(StatusCode.Unavailable, "the instance ended its stream"));
        }
        catch (RpcException e)
        {
            why = e;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            why = new RpcException(new Status(StatusCode.Unavailable, e.Message, e));
        }

        Break(why);
    }

    private void Deliver(WorkEvent e)
    {
        AttemptRun? attempt;
        lock (_calls)
        {
            if (!_calls.TryGetValue(e.Call, out attempt))
            {
                return;
            }

            if (e.WhatCase == WorkEvent.WhatOneofCase.Refused || e.Event?.EventCase is TaskEvent.EventOneofCase.Result or TaskEvent.EventOneofCase.Failure)
            {
                _calls.Remove(e.Call);
            }
        }

        if (e.WhatCase == WorkEvent.WhatOneofCase.Refused)
        {
            attempt.OnRefused(new RpcException(new Status((StatusCode)e.Refused.Status, e.Refused.Message)));
        }
        else if (e.Event is not null)
        {
            attempt.OnEvent(e.Event);
        }
    }

    private void Break(RpcException why)
    {
        AttemptRun[] left;
        lock (_calls)
        {
            _broken = true;
            left = [.. _calls.Values];
            _calls.Clear();
        }

        _outgoing.Writer.TryComplete();
        foreach (var attempt in left)
        {
            attempt.OnBroken(why);
        }

        _call.Dispose();
    }

    private readonly record struct Outgoing(long Call, TaskAssignment? Assignment, AttemptKey? Acknowledged, int Bytes);
}

/// <summary>The work stream of an instance: opened at the first use, anew after it broke, and never where the instance has none.</summary>
internal sealed class WorkStreams(AgentService.AgentServiceClient client) : IDisposable
{
    private readonly Lock _lock = new();
    private WorkStream? _current;
    private volatile bool _unsupported;
    private bool _disposed;

    /// <summary>The stream to send on; null: the instance takes a call for each attempt.</summary>
    public WorkStream? TryAdd(AttemptRun attempt, TaskAssignment assignment, int bytes, out long call)
    {
        call = 0;
        if (_unsupported)
        {
            return null;
        }

        if (Volatile.Read(ref _current) is { } open && open.TryAdd(attempt, assignment, bytes, out call))
        {
            return open;
        }

        lock (_lock)
        {
            if (_disposed || _unsupported)
            {
                return null;
            }

            if (_current is null || !_current.TryAdd(attempt, assignment, bytes, out call))
            {
                _current = Open();
                if (!_current.TryAdd(attempt, assignment, bytes, out call))
                {
                    return null;
                }
            }

            return _current;
        }
    }

    /// <summary>Sends an acknowledgement on the stream.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryAcknowledge(AttemptKey attempt) => Volatile.Read(ref _current)?.TryAcknowledge(attempt) == true;

    /// <summary>The instance knows no such streams.</summary>
    public void Unsupported() => _unsupported = true;

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _current?.Dispose();
        }
    }

    // The stream outlives the request that happened to open it: it must not carry its trace.
    private WorkStream Open()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return new WorkStream(client);
        }
    }
}
