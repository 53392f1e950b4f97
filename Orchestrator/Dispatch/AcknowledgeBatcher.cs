using System.Threading.Channels;
using Grpc.Core;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Acknowledges results of one instance, as many in a call as have come together.</summary>
internal sealed class AcknowledgeBatcher : IDisposable
{
    private const int MaxBatch = 500;
    private readonly Channel<AttemptKey> _waiting = Channel.CreateUnbounded<AttemptKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Instance _instance;
    private readonly ILogger _logger;

    public AcknowledgeBatcher(Instance instance, ILogger logger)
    {
        _instance = instance;
        _logger = logger;
        _ = SendAsync();
    }

    public void Add(AttemptKey attempt) => _waiting.Writer.TryWrite(attempt);

    public void Dispose() => _waiting.Writer.TryComplete();

    private async Task SendAsync()
    {
        await Task.Yield();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var request = new AcknowledgeRequest();
            while (request.Attempts.Count < MaxBatch && _waiting.Reader.TryRead(out var attempt))
            {
                request.Attempts.Add(attempt);
            }

            try
            {
                await _instance.Client.AcknowledgeAsync(request, cancellationToken: _instance.Gone);
            }
            catch (Exception e) when (e is RpcException or ObjectDisposedException or OperationCanceledException)
            {
                // The instance forgets by itself after its stated time.
                DispatchLog.CallBackFailed(_logger, _instance.Name, e.Message);
            }
        }
    }
}
