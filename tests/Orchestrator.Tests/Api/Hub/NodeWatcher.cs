using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Protos.V1;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>A process that writes events as JSON lines, and dies with the test.</summary>
internal sealed class NodeWatcher : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    public NodeWatcher(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>The documented program.</summary>
    public static NodeWatcher Start(string url, string runId, long after = 0) => new(NodePrograms.Start(NodePrograms.Documented, url, runId, $"{after}"));

    /// <summary>What it has written so far.</summary>
    public IReadOnlyList<RunEvent> Events => [.. _lines.Select(RunEvent.Parser.ParseJson)];

    public int Count => _lines.Count;

    /// <summary>All that it writes until it ends by itself.</summary>
    public async Task<IReadOnlyList<RunEvent>> ToEndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException late)
        {
            _process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"It did not end; {Count} events. {await _errors}", late);
        }

        await _reading;
        _process.ExitCode.ShouldBe(0, await _errors);
        return Events;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // The command line ends with the result, which has no version.
            if (JsonNode.Parse(line)?["version"] is not null)
            {
                _lines.Enqueue(line);
            }
        }
    }
}
