using System.Net;
using Orchestrator.Tests.Engine;
using Orchestrator.Tests.Storage.Redis;
using Protos.V1;
using Tests.Shared;

namespace Orchestrator.Tests.Access;

/// <summary>Keys at several replicas of one store.</summary>
public sealed class KeyReplicaTests(RedisServer redis) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task Revoke_AtOneReplica_CountsAtTheOthers()
    {
        await using var system = await KeySystem.StartAsync($"--ConnectionStrings:redis={redis.ConnectionString}", $"--Store:Prefix=t{Guid.NewGuid():N}", "--Replicas:RenewSeconds=0.2");
        var (http, grpc) = ($"http://127.0.0.1:{FreePorts.Next()}", $"http://127.0.0.1:{FreePorts.Next()}");
        await system.System.AddReplicaAsync($"--Kestrel:Endpoints:http:Url={http}", $"--Kestrel:Endpoints:grpc:Url={grpc}");

        // Whoever keeps the log: each replica makes one, and each knows both.
        var here = await system.CreateAsync("ann", "local", "viewer");
        var there = (await new AccessService.AccessServiceClient(system.Grpc(url: grpc)).CreateKeyAsync(new CreateKeyRequest { Name = "bob", Tenant = "local", Roles = { "viewer" } })).Secret;
        await TestSystem.Until(() => Status(http, here) == HttpStatusCode.OK && Status(system.Url, there) == HttpStatusCode.OK, "both replicas know both keys");

        using var hub = await Api.Hub.BareClient.ConnectAsync(new Uri(http).Port, here);
        await system.RevokeAsync(here);
        await system.RevokeAsync(there, http);
        await TestSystem.Until(() => Status(http, here) == HttpStatusCode.Unauthorized && Status(system.Url, there) == HttpStatusCode.Unauthorized, "both are over everywhere");
        await Should.ThrowAsync<Exception>(() => hub.ReadAsync()).WaitAsync(TimeSpan.FromMinutes(2));

        HttpStatusCode Status(string url, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
            using var answer = system.Http(key, url).Send(request);
            return answer.StatusCode;
        }
    }
}
