using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orchestrator.Planning;
using Protos.V1;

namespace Orchestrator.Team;

/// <summary>Keeps this orchestrator known to its master: joins, tells how it is, joins again when the stream ends.</summary>
internal sealed class TeamRegistration(
    MasterLink master, TeamToken token, TeamLoad load, TeamAddress address, PlaybookCatalog playbooks, HealthCheckService health, IOptions<TeamOptions> options,
    TimeProvider time, ILogger<TeamRegistration> logger) : BackgroundService
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterRefusal = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_defaultInterval = TimeSpan.FromSeconds(2);
    private readonly string _incarnation = Guid.NewGuid().ToString("N");
    private string _said = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var registration = new Registration
        {
            IncarnationId = _incarnation,
            InstanceName = options.Value.InstanceName.Length > 0 ? options.Value.InstanceName : $"{options.Value.Role}-{Environment.ProcessId}",
            Url = await address.GetAsync(stoppingToken),
            Contract = TeamContract.Of(options.Value, playbooks),
            CallToken = token.Text,
        };
        await ReadyAsync(stoppingToken);
        var pause = s_firstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await JoinAsync(registration, () => pause = s_firstPause, stoppingToken);
                Say("the stream ended", TeamLog.Lost);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unauthenticated or StatusCode.PermissionDenied)
            {
                Say(e.Status.Detail, TeamLog.Refused);
                pause = s_afterRefusal;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Say(e is RpcException rpc ? rpc.Status.Detail : e.Message, TeamLog.Lost);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    // A master that gives work at once must find somebody who can take it.
    private async Task ReadyAsync(CancellationToken ct)
    {
        while ((await health.CheckHealthAsync(ct)).Status == HealthStatus.Unhealthy)
            await Task.Delay(s_firstPause, time, ct);
    }

    private async Task JoinAsync(Registration registration, Action joined, CancellationToken stoppingToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var call = new RegistryService.RegistryServiceClient(master.Calls).Join(cancellationToken: ended.Token);
        try
        {
            await call.RequestStream.WriteAsync(new JoinRequest { Registration = registration }, ended.Token).WaitAsync(s_answerTime, time, ended.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException && !stoppingToken.IsCancellationRequested)
        {
            // The stream ended before the message left: reading gives the status.
        }

        if (!await call.ResponseStream.MoveNext(ended.Token).WaitAsync(s_answerTime, time, ended.Token) || call.ResponseStream.Current.Registered is not { } registered)
            throw new RpcException(new Status(StatusCode.Unavailable, "the master did not answer the registration"));
        joined();
        _said = "";
        TeamLog.Joined(logger, options.Value.Master, registered.InstanceId, registration.Contract.Role, registration.Url);
        var interval = registered.HeartbeatInterval?.ToTimeSpan() is { } told && told > TimeSpan.Zero ? told : s_defaultInterval;
        var reading = call.ResponseStream.MoveNext(ended.Token);
        try
        {
            while (!reading.IsCompleted)
            {
                await call.RequestStream.WriteAsync(new JoinRequest { Heartbeat = await MeasureAsync(ended.Token) }, ended.Token);
                await Task.WhenAny(reading, Task.Delay(interval, time, ended.Token));
                stoppingToken.ThrowIfCancellationRequested();
            }

            await reading;
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Heartbeat> MeasureAsync(CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        var healthy = report.Status != HealthStatus.Unhealthy;
        return new Heartbeat
        {
            Running = load.Running,
            Capacity = load.Capacity,
            Healthy = healthy,
            Note = healthy ? "" : string.Join("; ", report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy).Select(entry => $"{entry.Key}: {entry.Value.Description}")),
        };
    }

    // Each change once, however often it is tried.
    private void Say(string reason, Action<ILogger, string, string> log)
    {
        if (_said != log.Method.Name)
            log(logger, options.Value.Master, reason);
        _said = log.Method.Name;
    }
}
