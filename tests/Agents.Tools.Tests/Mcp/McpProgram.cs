using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Server = ModelContextProtocol.Server.McpServer;

namespace Agents.Tools.Tests.Mcp;

/// <summary>The entry point of this assembly: an MCP server, on standard input and output, or on a port.</summary>
internal static class McpProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not ["mcp"])
        {
            await Console.Error.WriteLineAsync("Usage: mcp. The tests themselves are run by 'dotnet test'.");
            return 2;
        }

        await using var server = Server.Create(new StdioServerTransport("test"), Options());
        await server.RunAsync();
        return 0;
    }

    /// <summary>Streamable HTTP, one server for each request.</summary>
    /// <param name="url">Where.</param>
    /// <param name="key">What requests must bring in the header <c>X-Key</c>.</param>
    public static async Task<WebApplication> ServeAsync(string url, string key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url);
        app.MapPost("/mcp", async context =>
        {
            if (context.Request.Headers["X-Key"] != key)
            {
                context.Response.StatusCode = 401;
                return;
            }

            var message = await JsonSerializer.DeserializeAsync<JsonRpcMessage>(context.Request.Body, McpJsonUtilities.DefaultOptions, context.RequestAborted);
            await using var transport = new StreamableHttpServerTransport { Stateless = true };
            await using var server = Server.Create(transport, Options());
            var running = server.RunAsync(context.RequestAborted);
            context.Response.ContentType = "text/event-stream";
            if (!await transport.HandlePostRequestAsync(message!, context.Response.Body, context.RequestAborted))
                context.Response.StatusCode = 202;
            await transport.DisposeAsync();
            await running;
        });
        await app.StartAsync();
        return app;
    }

    private static McpServerOptions Options() => new()
    {
        ServerInfo = new Implementation { Name = "test", Version = "1" },
        ToolCollection =
        [
            McpServerTool.Create(Add, new McpServerToolCreateOptions { Name = "add", Description = "Adds.", UseStructuredContent = true }),
            McpServerTool.Create(() => string.Join(',', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order()), new McpServerToolCreateOptions { Name = "environment" }),
            McpServerTool.Create(Fail, new McpServerToolCreateOptions { Name = "fail" }),
            McpServerTool.Create(Die, new McpServerToolCreateOptions { Name = "die" }),
            McpServerTool.Create(HangAsync, new McpServerToolCreateOptions { Name = "hang" }),
        ],
    };

    private static Total Add([Description("One.")] int a, int b) => new(a + b);

    private static string Fail() => throw new McpException("the disk is full");

    private static string Die()
    {
        Console.Error.WriteLine("going down");
        Environment.Exit(3);
        return "";
    }

    private static async Task<string> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "";
    }

    private sealed record Total(int Sum);
}
