using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Local;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One line of a resource's log.</summary>
/// <param name="LineNumber">Its number, from 1.</param>
/// <param name="Content">The text.</param>
/// <param name="IsErrorMessage">Whether it came from standard error.</param>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>Keeps the last lines of every resource's log and hands on new ones.</summary>
public class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string[]> _copies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A logger that writes into a resource's log.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The logger.</returns>
    public ILogger GetLogger(IResource resource) => GetLogger(IdsOf(resource)[0]);

    /// <summary>A logger that writes into the log of a running copy.</summary>
    /// <param name="resourceName">The copy.</param>
    /// <returns>The logger.</returns>
    public ILogger GetLogger(string resourceName) => new ResourceLogger(LogOf(resourceName));

    /// <summary>Watches the log of a resource, all its copies together.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>Lines in batches, beginning with those that are kept.</returns>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAllAsync(IdsOf(resource));

    /// <summary>Watches the log of a running copy.</summary>
    /// <param name="resourceName">The copy.</param>
    /// <returns>Lines in batches, beginning with those that are kept.</returns>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => WatchAllAsync([resourceName]);

    /// <summary>Ends the log of a running copy.</summary>
    /// <param name="name">The copy.</param>
    public void Complete(string name) => LogOf(name).Complete();

    internal ResourceLog LogOf(string id) => _logs.GetOrAdd(id, _ => new ResourceLog());

    internal void SetCopies(IResource resource, string[] ids) => _copies[resource.Name] = ids;

    internal string[] IdsOf(IResource resource) => _copies.GetValueOrDefault(resource.Name) is { Length: > 0 } ids ? ids : [resource.Name];

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAllAsync(string[] ids, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>();
        var open = ids.Length;
        var subscriptions = ids.Select(id => LogOf(id).Subscribe(line => channel.Writer.TryWrite(line), End)).ToArray();
        void End()
        {
            if (Interlocked.Decrement(ref open) == 0)
                channel.Writer.TryComplete();
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<LogLine>();
                while (batch.Count < 512 && channel.Reader.TryRead(out var line))
                    batch.Add(line);
                yield return batch;
            }
        }
        finally
        {
            foreach (var subscription in subscriptions)
                subscription.Dispose();
        }
    }
}
