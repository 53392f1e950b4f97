using System.Threading.Channels;
using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Attempts;

/// <summary>Attempts of one Work stream: takes them in, and sends what they report, as much in a message as has come together.</summary>
internal sealed class WorkSession(AttemptRunner runner, AttemptTable table, IServerStreamWriter<WorkResponse> writer) : IEventSink
{
    private const int MaxBatchBytes = 256 * 1024;
    private const int MaxBatchEvents = 256;

    private readonly Channel<Outgoing> _outgoing = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Until the caller ends the stream. What runs then goes on, to be attached to.</summary>
    public async Task RunAsync(IAsyncStreamReader<WorkRequest> requests, CancellationToken cancellationToken)
    {
        var sending = SendAsync(cancellationToken);
        try
        {
            while (await requests.MoveNext(cancellationToken))
                Take(requests.Current);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller is gone, or this process stops.
        }
        finally
        {
            _outgoing.Writer.TryComplete();
            await sending;
        }
    }

    public void Take(long call, TaskEvent taskEvent, long bytes) =>
        _outgoing.Writer.TryWrite(new Outgoing(new WorkEvent { Call = call, Event = taskEvent }, bytes));

    private void Take(WorkRequest request)
    {
        foreach (var key in request.Acknowledged)
            table.Acknowledge(key);

        foreach (var item in request.Items)
        {
            try
            {
                runner.Start(item.Assignment, this, item.Call);
            }
            catch (RpcException refusal)
            {
                var refused = new WorkRefusal { Status = (int)refusal.StatusCode, Message = refusal.Status.Detail };
                _outgoing.Writer.TryWrite(new Outgoing(new WorkEvent { Call = item.Call, Refused = refused }, refusal.Status.Detail.Length * 3));
            }
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(cancellationToken))
            {
                var response = new WorkResponse();
                var bytes = 0L;
                while (response.Events.Count < MaxBatchEvents && _outgoing.Reader.TryPeek(out var next) && (bytes == 0 || bytes + next.Bytes <= MaxBatchBytes))
                {
                    _outgoing.Reader.TryRead(out _);
                    response.Events.Add(next.Event);
                    bytes += next.Bytes;
                }

                await writer.WriteAsync(response, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException or RpcException)
        {
            // The stream is gone: nobody listens any more.
            _outgoing.Writer.TryComplete();
        }
    }

    private readonly record struct Outgoing(WorkEvent Event, long Bytes);
}

/// <summary>Where the events of an attempt go as they come. Called under the attempt's lock: must not wait.</summary>
internal interface IEventSink
{
    /// <summary>Takes an event.</summary>
    void Take(long call, TaskEvent taskEvent, long bytes);
}
