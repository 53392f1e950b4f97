using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost;

/// <summary>Where everything that is said goes: a file for every resource, and one of the app host.</summary>
internal static class Logs
{
    /// <summary>Adds the files. Where a request is run, nothing of the app host itself reaches the terminal.</summary>
    public static void AddLogs(this IDistributedApplicationBuilder builder, Setup setup)
    {
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        if (setup.Publishes)
        {
            builder.Services.AddLogging(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
            return;
        }

        builder.Services.AddLogging(logging =>
        {
            if (setup.Client is not null)
                logging.ClearProviders();
            logging.AddFilter("Microsoft", LogLevel.Warning);
            // Session prints the dashboard's link.
            logging.AddFilter("Aspire.Hosting.DistributedApplication", LogLevel.Warning);
            // What stands against starting is said by Session, in one line.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            logging.Services.AddSingleton<ILoggerProvider>(new FileLog(Path.Combine(setup.Home.Logs, "apphost.log")));
        });
        builder.Services.AddHostedService(p => new ResourceLogs(p.GetRequiredService<ResourceNotificationService>(), p.GetRequiredService<ResourceLoggerService>(), setup.Home.Logs));
    }

    /// <summary>Begins a file anew and keeps the one of the last time beside it.</summary>
    public static StreamWriter Begin(string path)
    {
        if (File.Exists(path))
            File.Move(path, Path.ChangeExtension(path, ".previous.log"), overwrite: true);
        return new StreamWriter(path, new UTF8Encoding(false), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete }) { AutoFlush = true };
    }
}

/// <summary>Writes what every running copy of a resource says into a file of its own.</summary>
internal sealed class ResourceLogs(ResourceNotificationService notifications, ResourceLoggerService logs, string folder) : BackgroundService
{
    private readonly ConcurrentDictionary<string, string> _files = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (change.Resource is ParameterResource || _files.ContainsKey(change.ResourceId))
                continue;
            var copy = _files.Values.Count(name => name == change.Resource.Name) + 1;
            _files[change.ResourceId] = change.Resource.Name;
            // Not awaited here: it ends with the resource, after this has been told to stop.
            _ = CopyAsync(change.ResourceId, Path.Combine(folder, copy == 1 ? $"{change.Resource.Name}.log" : $"{change.Resource.Name}-{copy}.log"));
        }
    }

    private async Task CopyAsync(string id, string path)
    {
        await using var file = Logs.Begin(path);
        await foreach (var batch in logs.WatchAsync(id))
        {
            foreach (var line in batch)
                await file.WriteLineAsync(line.Content);
        }
    }
}

/// <summary>Writes what the app host itself says into a file.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly StreamWriter _file = Logs.Begin(path);

    public ILogger CreateLogger(string categoryName) => new Category(_file);

    public void Dispose() => _file.Dispose();

    private sealed class Category(StreamWriter file) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            lock (file)
            {
                // A last word may come after the end.
                if (file.BaseStream is { CanWrite: true })
                    file.WriteLine($"{TimeProvider.System.GetUtcNow():O} {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");
            }
        }
    }
}
