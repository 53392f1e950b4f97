using System.Text.Json;
using System.Text.RegularExpressions;
using Agents.Tools.Processes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Agents.Tools.Mcp;

/// <summary>A server, connected to when it is needed, and again by the next call after the connection was lost.</summary>
internal sealed partial class McpServer(McpOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private McpClient? _client;
    private string _said = "";

    public McpOptions Options => options;

    /// <summary>Its tools that are taken.</summary>
    /// <exception cref="ToolException">It is not there, or has none of a name that is wanted.</exception>
    public async Task<IReadOnlyList<Tool>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = await WithinAsync(options.StartSeconds, "said which tools it has", async (client, token) => await client.ListToolsAsync(cancellationToken: token), cancellationToken);
        var tools = listed.Select(tool => tool.ProtocolTool).ToArray();
        if (options.Tools.Concat(options.Risks.Keys).FirstOrDefault(wanted => !tools.Any(tool => tool.Name == wanted)) is { } missing)
            throw Failed($"has no tool '{missing}'; it has {string.Join(", ", tools.Select(tool => tool.Name))}");
        if (tools.FirstOrDefault(tool => !ToolName().IsMatch(tool.Name)) is { } odd)
            throw Failed($"has a tool '{odd.Name}', and names of tools are at most 64 letters, digits, '.', '-', '_' and '/'");
        return [.. tools.Where(tool => options.Tools.Count == 0 || options.Tools.Contains(tool.Name))];
    }

    /// <summary>Calls a tool.</summary>
    /// <exception cref="ToolException">It failed, did not answer in time, or is gone.</exception>
    public Task<CallToolResult> CallAsync(string tool, IDictionary<string, JsonElement> arguments, CancellationToken cancellationToken) => WithinAsync(
        options.CallSeconds, "answered", async (client, token) => await client.CallToolAsync(new CallToolRequestParams { Name = tool, Arguments = arguments }, token), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<T> WithinAsync<T>(int seconds, string what, Func<McpClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        McpClient? client = null;
        try
        {
            client = await ConnectAsync(either.Token);
            return await call(client, either.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw client is { Completion.IsCompleted: true } ? Failed($"has ended{Last()}") : new ToolException(ToolException.TimedOut, $"MCP server '{options.Name}' has not {what} within {seconds} s.");
        }
        catch (McpProtocolException exception)
        {
            throw Failed($"refused: {exception.Message}");
        }
        catch (Exception exception) when (exception is McpException or IOException or HttpRequestException or InvalidOperationException or JsonException or System.ComponentModel.Win32Exception && !cancellationToken.IsCancellationRequested)
        {
            await ForgetAsync(client);
            throw Failed(client is null ? $"cannot be started or reached: {exception.Message.TrimEnd('.')}{Last()}" : $"has ended or broken the connection: {exception.Message.TrimEnd('.')}{Last()}");
        }
    }

    private async Task<McpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_client is { Completion.IsCompleted: false })
                return _client;
            if (_client is not null)
                await _client.DisposeAsync();
            _client = null;
            _said = "";
            return _client = await McpClient.CreateAsync(Transport(), new McpClientOptions
            {
                ClientInfo = new Implementation { Name = "agents", Version = "1.0" },
                InitializationTimeout = TimeSpan.FromSeconds(options.StartSeconds),
                TimeProvider = time,
            }, cancellationToken: cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ForgetAsync(McpClient? client)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (client is null || _client != client)
                return;
            _client = null;
            await client.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private IClientTransport Transport() => options.Url is { } url
        ? new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = url,
            Name = options.Name,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = options.Headers.ToDictionary(),
            ConnectionTimeout = TimeSpan.FromSeconds(options.StartSeconds),
        })
        : new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = options.Command!,
            Arguments = [.. options.Arguments],
            Name = options.Name,
            WorkingDirectory = options.Folder ?? Path.GetTempPath(),
            InheritEnvironmentVariables = false,
            EnvironmentVariables = CleanEnvironment.Variables(options.Name).Concat(options.Environment)
                .GroupBy(variable => variable.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => (string?)same.Last().Value, StringComparer.Ordinal),
            StandardErrorLines = line => _said = line,
        });

    // What it said last on its standard error.
    private string Last() => _said is { Length: > 0 } said ? $" (it said: {(said.Length > 300 ? said[..300] + "…" : said)})" : "";

    private ToolException Failed(string what) => new(ToolException.Failed, $"MCP server '{options.Name}' {what}.");

    [GeneratedRegex("^[A-Za-z0-9._/-]{1,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex ToolName();
}
