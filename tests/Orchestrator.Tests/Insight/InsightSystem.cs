using System.Net.Http.Json;
using System.Text.Json;
using Agents.Hosting;
using Google.Protobuf;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Engine;
using Protos.V1;

namespace Orchestrator.Tests.Insight;

/// <summary>A running system, asked by REST.</summary>
public sealed class InsightSystem : IAsyncLifetime
{
    public sealed record Ask(string Text);

    public sealed record Answer(string Text);

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    internal TestSystem System { get; private set; } = null!;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The policy file in force; tests may write it.</summary>
    public string PolicyFile { get; } = Path.GetTempFileName();

    /// <summary>What it holds at first.</summary>
    public const string Policy = """
        {
          "tool_policy": {
            "default": "deny",
            "rules": [
              {"id": "no-secrets", "effect": "deny", "reason": "Secret.",
               "arguments": [{"name": "path", "paths": ["secret/**"]}]},
              {"id": "all", "effect": "allow", "reason": "Fine.", "grants": ["network"]}
            ]
          }
        }
        """;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(PolicyFile, Policy);
        System = await TestSystem.StartAsync($"--Policy:File={PolicyFile}", "--Policy:ReloadSeconds=0", $"--Workspaces:Roots:0={Path.GetTempPath()}");
        await System.AddAgentAsync("worker", agent => agent.Limit(maxParallel: 3).UseTools("probe")
            .OnTask<Ask, Answer>("work", (input, _, _) => Task.FromResult(new Answer(input.Text)))
            .OnTask<Ask, Answer>("tool", async (input, context, ct) => new Answer(await context.CallToolAsync("probe", new { path = input.Text }, (_, _) => Task.FromResult("done"), ct))),
            "--Agents:InstanceName=worker-1");
        Http.BaseAddress = new Uri(System.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address != System.GrpcUrl));
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await System.DisposeAsync();
        File.Delete(PolicyFile);
    }

    public async Task<T> GetAsync<T>(string path)
        where T : IMessage<T>, new() => Parser.Parse<T>(await Http.GetStringAsync(new Uri(path, UriKind.Relative)));

    /// <summary>What is answered, which must be well.</summary>
    public async Task<T> PostAsync<T>(string path, object body)
        where T : IMessage<T>, new()
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return Parser.Parse<T>(text);
    }

    /// <summary>Status, and problem details.</summary>
    public async Task<(int Status, JsonElement Problem)> RefusedAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
