using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>One running copy of a resource: starts, ends, and says how it is.</summary>
internal sealed class ResourceInstance(IResource resource, int index, string id, ResourceServices services, PortBook ports) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ResourceLog _log = services.Logs.LogOf(id);
    private volatile ChildProcess? _process;
    private volatile bool _stopping;
    private volatile bool _closed;
    private Task _monitor = Task.CompletedTask;

    public IResource Resource => resource;

    public string Id => id;

    public Task SayAsync(string state, string? style = null) => UpdateAsync(s => s with { State = new ResourceStateSnapshot(state, style) });

    /// <summary>Starts the program, unless it runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_process is not null || _closed)
                return;
            _stopping = false;
            await SayAsync(KnownResourceStates.Starting, KnownResourceStateStyles.Info);
            await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services.Provider), cancellationToken);
            var launch = await services.Plan.CreateAsync(resource, index, id, services.Logs.GetLogger(id), cancellationToken);
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
                ports.Release(endpoint.ReplicaPorts[index]);
            var process = ChildProcess.Start(launch, _log.Append);
            _process = process;
            var started = services.Clock.GetUtcNow();
            await UpdateAsync(s => s with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                ExitCode = null,
                StartTimeStamp = started.UtcDateTime,
                StopTimeStamp = null,
                Urls = [.. resource.Annotations.OfType<EndpointAnnotation>().Select(e => new UrlSnapshot(e.Name, $"{e.UriScheme}://localhost:{e.ReplicaPorts[index]}", !e.IsExternal))],
                Properties = [new("executable.pid", process.Id), new("executable.path", launch.File), new("executable.workDir", launch.WorkingDirectory)],
                EnvironmentVariables = [.. launch.Own.Select(pair => new EnvironmentVariableSnapshot(pair.Key, pair.Value, IsFromSpec: true))],
                HealthReports = ResourceServices.PendingHealth(resource),
            });
            _monitor = MonitorAsync(process, started);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _log.Append(error.Message, isError: true);
            LocalLog.FailedToStart(services.Logger, id, error.Message);
            await SayAsync(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the program: SIGTERM first, SIGKILL when it takes too long or the token says so.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (_process is not { } process)
                return;
            _stopping = true;
            await SayAsync(KnownResourceStates.Stopping, KnownResourceStateStyles.Info);
            process.Terminate();
            try
            {
                await process.Exited.WaitAsync(Supervision.Grace, services.Clock, cancellationToken);
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                LocalLog.Killed(services.Logger, id, Supervision.Grace.TotalSeconds);
                process.Kill();
            }

            await _monitor;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the program for good; it cannot be started again.</summary>
    public Task CloseAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        return StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _stopping = true;
        _process?.Kill();
        await _monitor;
        services.Logs.Complete(id);
        _turn.Dispose();
    }

    private Task UpdateAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) => services.Notifications.PublishUpdateAsync(resource, id, change);

    private async Task MonitorAsync(ChildProcess process, DateTimeOffset started)
    {
        var code = await process.Exited;
        _process = null;
        process.Dispose();
        var expected = _stopping;
        if (!expected)
        {
            var age = services.Clock.GetUtcNow() - started;
            if (code == 0)
                LocalLog.Finished(services.Logger, id, age.TotalSeconds);
            else
                LocalLog.Died(services.Logger, id, code, age.TotalSeconds, string.Join(Environment.NewLine, _log.Tail(10).Select(l => "    " + l)));
        }

        await UpdateAsync(s => s with
        {
            State = expected || code == 0 ? new(KnownResourceStates.Finished, KnownResourceStateStyles.Info) : new(KnownResourceStates.Exited, KnownResourceStateStyles.Error),
            ExitCode = code,
            StopTimeStamp = services.Clock.GetUtcNow().UtcDateTime,
            HealthReports = ImmutableArray<HealthReportSnapshot>.Empty,
        });
        if (services.Notifications.TryGetCurrentState(id, out var state))
            await services.Eventing.PublishAsync(new ResourceStoppedEvent(resource, services.Provider, state), CancellationToken.None);
    }
}
