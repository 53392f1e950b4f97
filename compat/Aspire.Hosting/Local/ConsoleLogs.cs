using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Local;

/// <summary>Writes the logs of all resources on the console, each line with the resource's name in front; in colour, unless NO_COLOR or a file say otherwise.</summary>
internal sealed class ConsoleLogs(ResourceNotificationService notifications, ResourceLoggerService logs, DistributedApplicationModel model) : BackgroundService
{
    private static readonly string[] s_colours = ["\e[36m", "\e[33m", "\e[32m", "\e[35m", "\e[34m", "\e[96m", "\e[93m", "\e[92m", "\e[95m", "\e[94m"];
    private readonly bool _colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !Console.IsOutputRedirected;
    private readonly ConcurrentDictionary<string, string> _prefixes = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> copies = [];
        try
        {
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                if (change.Resource is not IResourceWithoutLifetime && _prefixes.TryAdd(change.ResourceId, Prefix(change.Resource)))
                    copies.Add(CopyAsync(change.ResourceId));
            }
        }
        catch (OperationCanceledException)
        {
            // What the resources say while they stop is still copied; their logs end when they are disposed of.
        }
    }

    private string Prefix(IResource resource)
    {
        var width = model.Resources.Where(r => r is not IResourceWithoutLifetime).Max(r => r.Name.Length) + 2;
        var copy = _prefixes.Values.Count(p => p.Contains(resource.Name, StringComparison.Ordinal));
        var name = (resource.GetReplicaCount() > 1 ? $"{resource.Name}/{copy + 1}" : resource.Name).PadRight(width);
        return _colour ? $"{s_colours[model.Resources.IndexOf(resource) % s_colours.Length]}{name}\e[0m│ " : $"{name}│ ";
    }

    private async Task CopyAsync(string id)
    {
        var prefix = _prefixes[id];
        await foreach (var batch in logs.WatchAsync(id))
            await Console.Out.WriteAsync(string.Concat(batch.Select(l => $"{prefix}{l.Content}\n")));
    }
}
