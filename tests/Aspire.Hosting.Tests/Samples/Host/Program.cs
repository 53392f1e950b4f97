// A small application: what the tests interrupt, terminate and kill as a whole.
// It says the process ids of its resources, and "ready" when all are healthy.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true, EnableResourceLogging = true });
builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));

var hello = builder.AddProject<Projects.Hello>("hello").WithHttpEndpoint().WithHttpHealthCheck("/health").WithReplicas(2);
builder.AddExecutable("nest", "sh", ".", "-c", "sleep 600 & echo child $!; wait");
// Takes no notice of SIGTERM.
builder.AddExecutable("deaf", "sh", ".", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done").WaitFor(hello);

await using var app = builder.Build();
await app.StartAsync();
foreach (var name in (string[])["hello", "nest", "deaf"])
{
    await app.ResourceNotifications.WaitForResourceAsync(name, e => e.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
}

HashSet<string> said = [];
await foreach (var change in app.ResourceNotifications.WatchAsync())
{
    if (change.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is int pid && said.Add(change.ResourceId))
        Console.WriteLine($"pid {change.Resource.Name} {pid}");
    if (said.Count == 4)
        break;
}

Console.WriteLine("ready");
await app.WaitForShutdownAsync();
Console.WriteLine("stopped");
