using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agents.Hosting;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Api.Hub;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Access;

/// <summary>Keys from their making to their end.</summary>
public sealed class KeyLifeTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public sealed record Nothing;

    public sealed record Done;

    [Fact]
    public async Task Key_MadeListedUsedRevoked_CountsAsLongAsItIsThere()
    {
        await using var system = await KeySystem.StartAsync();
        var key = await system.CreateAsync("ann", "local", "submitter");
        var ann = system.Http(key);
        (await ann.GetFromJsonAsync<JsonObject>("/api/whoami"))!.ToJsonString().ShouldContain("\"name\":\"ann\",\"tenant\":\"local\",\"roles\":[\"submitter\"]");
        using (var mayNot = await ann.GetAsync("/api/keys"))
            mayNot.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        // What is kept is no key: neither lists nor the store's files have it.
        var list = await system.Http().GetStringAsync("/api/keys");
        list.ShouldContain(KeySystem.Shown(key));
        var secret = key.Split('_')[2];
        list.ShouldNotContain(secret);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(system.System.Folder, "store"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            using var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await reader.CopyToAsync(copy);
            System.Text.Encoding.Latin1.GetString(copy.ToArray()).ShouldNotContain(secret);
        }

        await system.RevokeAsync(key);
        using (var over = await ann.GetAsync("/api/runs"))
        {
            over.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await over.Content.ReadAsStringAsync()).ShouldContain($"{KeySystem.Shown(key)} was revoked at");
        }

        (await system.Http().GetStringAsync("/api/keys")).ShouldNotContain(KeySystem.Shown(key));
        (await system.Http().GetStringAsync("/api/keys?ended=true")).ShouldContain("\"admin\"");
    }

    [Fact]
    public async Task Keys_AfterARestart_AreThere()
    {
        await using var system = await KeySystem.StartAsync();
        var key = await system.CreateAsync("ann", "local", "viewer");
        var revoked = await system.CreateAsync("bob", "local", "viewer");
        await system.RevokeAsync(revoked);
        await system.System.StopOrchestratorAsync();
        await system.System.StartOrchestratorAsync();
        (await system.Http(key).GetAsync("/api/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await system.Http(revoked).GetAsync("/api/runs")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"roles":["viewer"]}""", "name is missing")]
    [InlineData("""{"name":"a"}""", "roles is empty")]
    [InlineData("""{"name":"a","roles":["god"]}""", "roles has 'god'")]
    [InlineData("""{"name":"a","roles":["viewer"],"tenant":"A b"}""", "tenant is 'A b'")]
    [InlineData("""{"name":"a","roles":["viewer"],"tenant":"*"}""", "only admin and agent")]
    [InlineData("""{"name":"a","roles":["agent","viewer"],"tenant":"*"}""", "an agent's key is for nothing else")]
    [InlineData("""{"name":"a","roles":["viewer"],"tenant":"local","expires_at":"2020-01-01T00:00:00Z"}""", "no moment to come")]
    public async Task Create_WhatMayNotBe_IsRefused(string body, string expected)
    {
        await using var system = await KeySystem.StartAsync();
        using var answer = await system.Http().PostAsync("/api/keys", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(expected);
    }

    [Fact]
    public async Task Admin_OfATenant_HasThatTenantsKeysOnly()
    {
        await using var system = await KeySystem.StartAsync();
        var blue = system.Http(await system.CreateAsync("bea", "blue", "admin"));
        var red = await system.CreateAsync("rob", "red", "viewer");
        using (var own = await blue.PostAsJsonAsync("/api/keys", new { name = "bob", roles = new[] { "viewer" } }))
            ((string?)JsonNode.Parse(await own.Content.ReadAsStringAsync())!["key"]!["tenant"]).ShouldBe("blue");
        using (var other = await blue.PostAsJsonAsync("/api/keys", new { name = "bob", tenant = "red", roles = new[] { "viewer" } }))
            other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var all = await blue.PostAsJsonAsync("/api/keys", new { name = "bob", tenant = "*", roles = new[] { "admin" } }))
            all.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await blue.GetStringAsync("/api/keys")).ShouldNotContain("red");
        (await blue.GetStringAsync("/api/keys?tenant=red")).ShouldNotContain("rob");
        using (var hidden = await blue.DeleteAsync($"/api/keys/{KeySystem.Shown(red)}"))
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await system.Http(red).GetAsync("/api/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Revoke_WithCallsOpen_EndsThemAll()
    {
        await using var system = await KeySystem.StartAsync();
        var never = new TaskCompletionSource();
        await system.System.AddAgentAsync("worker", agent => agent.OnTask<Nothing, Done>("work", async (_, _, ct) =>
        {
            await never.Task.WaitAsync(ct);
            return new Done();
        }), $"--Agents:ApiKey={TestKeys.Agent}");
        var run = await system.System.SubmitAsync(Of(Task("a")));
        var key = await system.CreateAsync("ann", "local", "viewer");

        using var watch = new OrchestratorService.OrchestratorServiceClient(system.Grpc(key)).WatchRun(new WatchRunRequest { RunId = run });
        (await watch.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/{run}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var events = await system.Http(key).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        events.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var hub = await BareClient.ConnectAsync(system.Port, key);
        await hub.SubscribeAsync(run, 0);
        await hub.ReadAsync();
        var agentKey = await system.CreateAsync("helper", "*", "agent");
        using var joined = new RegistryService.RegistryServiceClient(system.Grpc(agentKey)).Join();
        await joined.RequestStream.WriteAsync(new JoinRequest { Registration = Dispatch.Desk.Registration("bare", 1) });
        (await joined.ResponseStream.MoveNext(CancellationToken.None)).ShouldBeTrue();

        await system.RevokeAsync(key);
        await system.RevokeAsync(agentKey);

        await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        }).WaitAsync(s_patience);
        await Should.ThrowAsync<Exception>(async () => await events.Content.ReadAsStringAsync()).WaitAsync(s_patience);
        await Should.ThrowAsync<Exception>(async () =>
        {
            while (true)
            {
                await hub.ReadAsync();
            }
        }).WaitAsync(s_patience);
        await Should.ThrowAsync<RpcException>(() => joined.ResponseStream.MoveNext(CancellationToken.None)).WaitAsync(s_patience);
        never.SetResult();
    }

    [Fact]
    public async Task Expiry_WithACallOpen_EndsIt()
    {
        await using var system = await KeySystem.StartAsync();
        using var answer = await system.Http().PostAsJsonAsync("/api/keys", new { name = "brief", tenant = "local", roles = new[] { "viewer" }, expires_at = TimeProvider.System.GetUtcNow().AddSeconds(5).ToString("O") });
        var key = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["secret"]!;
        using var hub = await BareClient.ConnectAsync(system.Port, key);
        await Should.ThrowAsync<Exception>(() => hub.ReadAsync()).WaitAsync(s_patience);
        using var over = await system.Http(key).GetAsync("/api/runs");
        over.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await over.Content.ReadAsStringAsync()).ShouldContain("expired at");
    }

    [Fact]
    public async Task FirstKey_WhenAskedFor_IsMadeOnceAndOpensEverything()
    {
        var said = new StringWriter();
        var before = System.Console.Out;
        System.Console.SetOut(TextWriter.Synchronized(said));
        try
        {
            await using var system = await TestSystem.StartAsync("--Access:CreateAdminKey=true");
            await TestSystem.Until(() => said.ToString().Contains("agk_", StringComparison.Ordinal), "the key is printed");
            await system.StopOrchestratorAsync();
            await system.StartOrchestratorAsync();
            var keys = system.Services.GetRequiredService<Orchestrator.Access.KeyBook>();
            keys.Stored.ShouldHaveSingleItem().Tenant.ShouldBe("*");
            said.ToString().Split("agk_").Length.ShouldBe(2);
        }
        finally
        {
            System.Console.SetOut(before);
        }
    }
}
