using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Orchestrator.Tests.Engine;
using Tests.Shared;

namespace Orchestrator.Tests.Access;

/// <summary>An orchestrator that demands keys, and clients with them.</summary>
internal sealed class KeySystem : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<HttpClient> _clients = [];

    private KeySystem(TestSystem system, int port) => (System, Port) = (system, port);

    public TestSystem System { get; }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public static async Task<KeySystem> StartAsync(params string[] settings)
    {
        var port = FreePorts.Next();
        return new KeySystem(await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{port}", .. TestKeys.Settings, .. settings]), port);
    }

    /// <summary>REST with a key; null: without.</summary>
    public HttpClient Http(string? key = TestKeys.Admin, string? url = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(url ?? Url), Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(client);
        return client;
    }

    /// <summary>gRPC with a key; null: without.</summary>
    public CallInvoker Grpc(string? key = TestKeys.Admin, string? url = null)
    {
        var channel = GrpcChannel.ForAddress(url ?? System.GrpcUrl);
        _channels.Add(channel);
        return channel.Intercept(headers =>
        {
            if (key is not null)
                headers.Add("authorization", $"Bearer {key}");
            return headers;
        });
    }

    /// <summary>Makes a key.</summary>
    public async Task<string> CreateAsync(string name, string tenant, params string[] roles)
    {
        using var answer = await Http().PostAsJsonAsync("/api/keys", new { name, tenant, roles });
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(201, text);
        return (string)JsonNode.Parse(text)!["secret"]!;
    }

    /// <summary>Takes a key out of use.</summary>
    public async Task RevokeAsync(string key, string? url = null)
    {
        using var answer = await Http(url: url).DeleteAsync($"/api/keys/{Shown(key)}");
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    public static string Shown(string key) => string.Join('_', key.Split('_').Take(2));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        await System.DisposeAsync();
    }
}
