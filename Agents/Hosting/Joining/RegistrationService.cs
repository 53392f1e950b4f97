using Agents.Hosting.Attempts;
using Agents.Hosting.Calls;
using Agents.Hosting.Definitions;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Joining;

/// <summary>
/// Keeps this instance known to the orchestrator: joins, tells how it is, joins again when the stream ends. Where
/// nothing answers it tries the next replica, less and less often; a refused contract is tried rarely, for it needs a
/// change on one side.
/// </summary>
internal sealed class RegistrationService(
    AgentDefinition definition, AgentOptions options, AttemptTable table, OrchestratorLink link, CallToken token, ListeningAddress address,
    HealthCheckService health, TimeProvider time, ILogger<RegistrationService> logger) : BackgroundService
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2);
    private readonly string _incarnation = Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RegistrationState _state = new(logger);
    private readonly RejoinDelay _delay = new();

    /// <summary>Whether an orchestrator knows this instance now.</summary>
    public bool IsJoined => _state.IsJoined;

    /// <summary>Tells the orchestrator that nothing new is wanted. The stream stays until the process ends.</summary>
    public void Leave() => _leaving.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var url = await address.GetAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                await JoinAsync(url, stoppingToken);
                pause = _delay.Next();
                _state.Lost(link.Address, "the orchestrator ended the stream");
            }
            catch (RpcException) when (stoppingToken.IsCancellationRequested)
            {
                return; // the process stops, and the stream with it
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unauthenticated or StatusCode.PermissionDenied)
            {
                _state.Refused(link.Address, exception.Status.Detail);
                pause = RejoinDelay.AfterRefusal;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _state.Lost(link.Address, exception is RpcException rpc ? rpc.Status.Detail : exception.Message);
                pause = _delay.Next();
                link.TryNext();
            }

            if (_leaving.Task.IsCompleted)
                return;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task JoinAsync(string url, CancellationToken stoppingToken)
    {
        // Not disposed: reading may end after this method, and cancels it then.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var call = new RegistryService.RegistryServiceClient(link.Calls).Join(cancellationToken: CancellationToken.None);
        var registered = await RegisterAsync(call, url, stoppingToken);
        token.Agreed(registered.ShowsCallToken);
        _delay.Reset();
        _state.Joined(link.Address, registered.InstanceId, url);

        // Ends when the orchestrator ends the stream, or the connection breaks.
        var reading = ReadAsync(call, ended);
        try
        {
            var interval = registered.HeartbeatInterval?.ToTimeSpan() is { } told && told > TimeSpan.Zero ? told : DefaultInterval;
            await SendHeartbeatsAsync(call, interval, ended.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Reading says why.
        }

        await Task.WhenAny(reading, Task.Delay(EndTime, time, CancellationToken.None));
        if (reading.IsCompleted)
            await reading;
        else if (!stoppingToken.IsCancellationRequested)
            throw new RpcException(new Status(StatusCode.Unavailable, "heartbeats do not get through"));
    }

    private async Task<Registered> RegisterAsync(AsyncDuplexStreamingCall<JoinRequest, JoinResponse> call, string url, CancellationToken stoppingToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(new JoinRequest
            {
                Registration = new Protos.V1.Registration
                {
                    IncarnationId = _incarnation,
                    InstanceName = options.InstanceName ?? $"{definition.Role}-{Environment.ProcessId}",
                    Url = url,
                    Contract = definition.Contract,
                    CallToken = token.Text,
                },
            }, stoppingToken).WaitAsync(AnswerTime, time, stoppingToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or RpcException && !stoppingToken.IsCancellationRequested)
        {
            // The stream ended before the message left: reading gives the status.
        }

        var answered = await call.ResponseStream.MoveNext(stoppingToken).WaitAsync(AnswerTime, time, stoppingToken);
        return answered && call.ResponseStream.Current.Registered is { } registered
            ? registered
            : throw new RpcException(new Status(StatusCode.Unavailable, "the orchestrator did not answer the registration"));
    }

    private static async Task ReadAsync(AsyncDuplexStreamingCall<JoinRequest, JoinResponse> call, CancellationTokenSource ended)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                // Nothing else is said yet; later releases may.
            }
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task SendHeartbeatsAsync(AsyncDuplexStreamingCall<JoinRequest, JoinResponse> call, TimeSpan interval, CancellationToken ended)
    {
        var leaving = false;
        while (!ended.IsCancellationRequested)
        {
            if (!leaving && _leaving.Task.IsCompleted)
            {
                leaving = true;
                await call.RequestStream.WriteAsync(new JoinRequest { Leaving = new Leaving { Reason = "the process was asked to stop" } }, ended);
            }

            await call.RequestStream.WriteAsync(new JoinRequest { Heartbeat = await MeasureAsync(ended) }, ended);
            var pause = Task.Delay(interval, time, ended);
            await (leaving ? pause : Task.WhenAny(pause, _leaving.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Heartbeat> MeasureAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var healthy = report.Status != HealthStatus.Unhealthy;
        return new Heartbeat
        {
            Running = table.Running,
            Capacity = table.Capacity,
            Healthy = healthy,
            Note = healthy ? "" : string.Join("; ", report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy).Select(entry => $"{entry.Key}: {entry.Value.Description}")),
        };
    }
}
