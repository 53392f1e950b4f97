using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Access;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;

namespace Orchestrator.Tests.Access;

/// <summary>Calls with and without keys, by REST and by gRPC.</summary>
public sealed class KeyAuthenticationTests
{
    [Fact]
    public async Task Call_WithKeys_IsAnsweredByWhatTheKeyIsFor()
    {
        var port = FreePorts.Next();
        await using var system = await TestSystem.StartAsync([$"--Kestrel:Endpoints:http:Url=http://127.0.0.1:{port}", .. TestKeys.Settings]);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        using (var none = await http.GetAsync("/api/runs"))
        {
            none.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            none.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"agents\"");
            (await none.Content.ReadAsStringAsync()).ShouldContain("AGENTS_API_KEY");
        }

        const string wrong = "agk_admin_ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", wrong);
        using (var other = await http.GetAsync("/api/runs"))
        {
            other.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            other.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
            var text = await other.Content.ReadAsStringAsync();
            text.ShouldContain("agk_admin");
            text.ShouldNotContain("ffffffff");
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestKeys.Admin);
        using (var runs = await http.GetAsync("/api/runs"))
            runs.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var health = await new HttpClient().GetAsync(new Uri($"http://127.0.0.1:{port}/health")))
            health.StatusCode.ShouldBe(HttpStatusCode.OK);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestKeys.Agent);
        using (var agent = await http.GetAsync("/api/runs"))
        {
            agent.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await agent.Content.ReadAsStringAsync()).ShouldContain("runs.read is needed, which these roles have: viewer, submitter, approver, operator, admin. 'agents' is agent.");
        }

        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);
        var refused = await Should.ThrowAsync<RpcException>(() => client.ListRunsAsync(new ListRunsRequest()).ResponseAsync);
        refused.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        refused.Status.Detail.ShouldContain("An API key is needed");
        (await client.ListRunsAsync(new ListRunsRequest(), Show(TestKeys.Admin))).Runs.ShouldBeEmpty();
        refused = await Should.ThrowAsync<RpcException>(() => client.ListRunsAsync(new ListRunsRequest(), Show(TestKeys.Agent)).ResponseAsync);
        refused.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        var joining = new RegistryService.RegistryServiceClient(channel).Join(Show(TestKeys.Admin));
        (await Should.ThrowAsync<RpcException>(() => joining.ResponseStream.MoveNext(CancellationToken.None))).StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public void Text_OfANewKey_IsReadAndItsSecretIsNotKept()
    {
        var made = ApiKeyText.New(out var text);
        text.Length.ShouldBe(4 + 12 + 1 + 64);
        ApiKeyText.TryRead(text, out var read).ShouldBeTrue();
        read!.Value.Id.ShouldBe(made.Id);
        read.Value.Hash.ShouldBe(made.Hash);
        text.ShouldStartWith(made.Shown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("agk_")]
    [InlineData("agk_a")]
    [InlineData("agk_a_short")]
    [InlineData("agk__0123456789012345678901234567890123456789abcdef")]
    [InlineData("agk_A_0123456789012345678901234567890123456789abcdef")]
    [InlineData("agk_a_01234567890123456789012345678901234567 9abcdef")]
    [InlineData("bearer_a_0123456789012345678901234567890123456789abcdef")]
    public void Text_ThatIsNoKey_IsNotTaken(string text) => ApiKeyText.TryRead(text, out _).ShouldBeFalse();

    private static Metadata Show(string key) => new() { { "authorization", $"Bearer {key}" } };
}
