using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>A connection of the stock client in Node, told line by line what to do.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private const string Program = """
        import * as signalR from "@microsoft/signalr";
        import readline from "node:readline";
        const connection = new signalR.HubConnectionBuilder().withUrl(`${process.argv[2]}/hubs/runs`).configureLogging(signalR.LogLevel.None).build();
        const say = what => console.log(JSON.stringify(what));
        const open = {};
        await connection.start();
        for await (const line of readline.createInterface({ input: process.stdin })) {
          const { id, stream, call, request, end } = JSON.parse(line);
          if (end) open[end].dispose();
          else if (call) connection.invoke(call, request).then(result => say({ id, result }), error => say({ id, error: error.message }));
          else open[id] = connection.stream(stream, request).subscribe({
            next: item => say({ id, item }), complete: () => say({ id, complete: true }), error: error => say({ id, error: error.message }),
          });
        }
        await connection.stop();
        """;

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, Channel<JsonNode>> _said = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _last;

    public NodeClient(string url)
    {
        _process = NodePrograms.Start(Program, url);
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Calls a method.</summary>
    /// <returns>An object with <c>result</c> or <c>error</c>.</returns>
    public async Task<JsonNode> CallAsync(string method, object request) => await NextAsync(Send(new { id = ++_last, call = method, request }));

    /// <summary>Subscribes; see <see cref="NextAsync"/>.</summary>
    public int Stream(string method, object request) => Send(new { id = ++_last, stream = method, request });

    /// <summary>Ends a subscription.</summary>
    public void End(int id) => _process.StandardInput.WriteLine(JsonSerializer.Serialize(new { end = id }));

    /// <summary>What comes next: an object with <c>item</c>, <c>error</c> or <c>complete</c>.</summary>
    public async Task<JsonNode> NextAsync(int id)
    {
        try
        {
            using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            return await Of(id).Reader.ReadAsync(late.Token);
        }
        catch (ChannelClosedException closed)
        {
            throw new InvalidOperationException($"Node has ended: {await _errors}", closed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private int Send(object what)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(what));
        _process.StandardInput.Flush();
        return _last;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var said = JsonNode.Parse(line)!;
            Of((int)said["id"]!).Writer.TryWrite(said);
        }

        foreach (var channel in _said.Values)
        {
            channel.Writer.TryComplete();
        }
    }

    private Channel<JsonNode> Of(int id) => _said.GetOrAdd(id, _ => Channel.CreateUnbounded<JsonNode>());
}
